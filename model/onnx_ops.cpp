// SPDX-License-Identifier: Apache-2.0
#include "model/onnx_ops.hpp"

#include <algorithm>
#include <array>

namespace gradloom::model {
namespace {

// Operators of ai.onnx up to version 21.
constexpr std::array<std::string_view, 176> kNoProducts{
    // clang-format off
    "Abs", "Acos", "Acosh", "Add", "AffineGrid", "And", "ArgMax", "ArgMin", "Asin", "Asinh",
    "Atan", "Atanh", "AveragePool", "BatchNormalization", "Bernoulli", "BitShift", "BitwiseAnd",
    "BitwiseNot", "BitwiseOr", "BitwiseXor", "BlackmanWindow", "Cast", "CastLike", "Ceil", "Celu",
    "CenterCropPad", "Clip", "Col2Im", "Compress", "Concat", "ConcatFromSequence", "Constant",
    "ConstantOfShape", "Cos", "Cosh", "CumSum", "DepthToSpace", "DequantizeLinear", "Det", "Div",
    "Dropout", "DynamicQuantizeLinear", "Elu", "Equal", "Erf", "Exp", "Expand", "EyeLike",
    "Flatten", "Floor", "Gather", "GatherElements", "GatherND", "Gelu", "GlobalAveragePool",
    "GlobalLpPool", "GlobalMaxPool", "Greater", "GreaterOrEqual", "GridSample",
    "GroupNormalization", "HammingWindow", "HannWindow", "HardSigmoid", "HardSwish", "Hardmax",
    "Identity", "ImageDecoder", "InstanceNormalization", "IsInf", "IsNaN", "LRN",
    "LayerNormalization", "LeakyRelu", "Less", "LessOrEqual", "Log", "LogSoftmax",
    "LpNormalization", "LpPool", "Max", "MaxPool", "MaxRoiPool", "MaxUnpool", "Mean",
    "MeanVarianceNormalization", "MelWeightMatrix", "Min", "Mish", "Mod", "Mul", "Multinomial",
    "Neg", "NegativeLogLikelihoodLoss", "NonMaxSuppression", "NonZero", "Not", "OneHot",
    "Optional", "OptionalGetElement", "OptionalHasElement", "Or", "PRelu", "Pad", "Pow",
    "QuantizeLinear", "RMSNormalization", "RandomNormal", "RandomNormalLike", "RandomUniform",
    "RandomUniformLike", "Range", "Reciprocal", "ReduceL1", "ReduceL2", "ReduceLogSum",
    "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum",
    "ReduceSumSquare", "RegexFullMatch", "Relu", "Reshape", "Resize", "ReverseSequence",
    "RoiAlign", "Round", "Scatter", "ScatterElements", "ScatterND", "Selu", "SequenceAt",
    "SequenceConstruct", "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceLength",
    "Shape", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Size", "Slice", "Softmax",
    "SoftmaxCrossEntropyLoss", "Softplus", "Softsign", "SpaceToDepth", "Split", "SplitToSequence",
    "Sqrt", "Squeeze", "StringConcat", "StringNormalizer", "StringSplit", "Sub", "Sum", "Swish",
    "Tan", "Tanh", "TfIdfVectorizer", "ThresholdedRelu", "Tile", "TopK", "Transpose", "Trilu",
    "Unique", "Unsqueeze", "Upsample", "Where", "Xor"
    // clang-format on
};

constexpr std::array<std::string_view, 3> kProducts{"Conv", "Gemm", "MatMul"};

constexpr std::array<std::string_view, 7> kLearning{
    "BatchNormalization", "Gather", "GroupNormalization", "InstanceNormalization",
    "LayerNormalization", "PRelu",  "RMSNormalization"};

}  // namespace

OnnxKind onnx_kind(std::string_view domain, std::string_view op) {
  if (!domain.empty()) return OnnxKind::unsupported;
  if (std::find(kProducts.begin(), kProducts.end(), op) != kProducts.end()) {
    return OnnxKind::product;
  }
  const bool known = std::binary_search(kNoProducts.begin(), kNoProducts.end(), op);
  return known ? OnnxKind::no_product : OnnxKind::unsupported;
}

std::span<const std::string_view> onnx_no_products() { return kNoProducts; }

bool onnx_learns(std::string_view op) {
  return std::find(kLearning.begin(), kLearning.end(), op) != kLearning.end();
}

bool onnx_parameter(std::string_view op, std::size_t input) {
  if (op == "BatchNormalization") return input < 3;  // then running mean and variance
  // Scales, zero points, sizes, regions.
  constexpr std::array<std::string_view, 5> first_only{"DequantizeLinear", "QuantizeLinear",
                                                       "Resize", "Upsample", "RoiAlign"};
  if (std::find(first_only.begin(), first_only.end(), op) != first_only.end()) return input == 0;
  return true;
}

}  // namespace gradloom::model
