// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "generator/text_file.hpp"
#include "golden/error.hpp"
#include "mutate/circuit.hpp"
#include "mutate/equivalence.hpp"
#include "mutate/graph.hpp"
#include "mutate/groups.hpp"
#include "mutate/lemmas.hpp"
#include "mutate/miter.hpp"
#include "mutate/mutated_circuit.hpp"
#include "mutate/netlist.hpp"
#include "mutate/pool.hpp"
#include "mutate/properties.hpp"
#include "mutate/report.hpp"
#include "tests/temp_dir.hpp"

namespace gradloom::mutate {
namespace {

Verdict verdict(const char* group, Fate fate) {
  Verdict result;
  result.mutant.group = group;
  result.fate = fate;
  return result;
}

// A register q that reset clears, and a register p beside it: q' = rst_ni & in, p' = in, and an
// output o = q | (pin & p & ...). What the pin adds is the mutant.
Circuit circuit_with(const std::string& outputs, const std::string& gates, std::size_t gate_count) {
  // 2 rst_ni, 4 in, 6 the pin, 8 q, 10 p; gate 12 is rst_ni & in.
  const std::string aiger = "aag " + std::to_string(6 + gate_count) + " 3 2 1 " +
                            std::to_string(1 + gate_count) + "\n2\n4\n6\n8 12\n10 4\n" + outputs +
                            "\n12 4 2\n" + gates;
  return read_circuit(aiger,
                      "input 0 0 rst_ni\ninput 1 0 in\ninput 2 0 gradloom_mutant_i\n"
                      "output 0 0 o\nlatch 0 0 q\n");
}

// Checks that fail in the given cycle after reset, for some inputs.
bool differs(const Miter& miter, std::size_t cycles) {
  std::vector<Lit> inputs;
  miter.graph.aiger(miter.bad, inputs);
  std::vector<std::vector<Patterns>> values(cycles, std::vector<Patterns>(inputs.size()));
  std::uint64_t word = 0x9e3779b97f4a7c15;
  for (auto& cycle : values) {
    for (Patterns& value : cycle) {
      for (std::uint64_t& w : value) w = word = word * 6364136223846793005U + 1442695040888963407U;
    }
  }
  const Patterns found = miter.graph.simulate(inputs, values, {miter.bad}).at(0);
  return std::any_of(found.begin(), found.end(), [](std::uint64_t w) { return w != 0; });
}

}  // namespace

TEST_CASE("a graph has equal gates once, and leaves out what is constant") {
  Graph graph;
  const Lit a = graph.input();
  const Lit b = graph.input();
  CHECK(graph.both(a, b) == graph.both(b, a));
  CHECK(graph.both(a, a ^ 1) == kFalse);
  CHECK(graph.both(a, kTrue) == a);
  CHECK(graph.differ(graph.either(a, b), graph.either(b, a)) == kFalse);
  CHECK(graph.choose(a, b, b) == b);
}

TEST_CASE("a graph is written in the order of AIGER, without what the output does not need") {
  Graph graph;
  const Lit q = graph.reg();
  const Lit a = graph.input();
  graph.input();
  graph.set_next(q, graph.both(q ^ 1, a));
  std::vector<Lit> inputs;
  CHECK(graph.aiger(q, inputs) == std::string("aig 3 1 1 1 1\n6\n4\n\x01\x03", 20));
  CHECK(inputs == std::vector<Lit>{a});
}

TEST_CASE("a circuit that is not as Yosys writes it is an error") {
  CHECK_THROWS_AS(read_circuit("aig 0 0 0 0 0\n", ""), ToolError);
  CHECK_THROWS_AS(read_circuit("aag 1 1 0 0 0\n4\n", ""), ToolError);
  CHECK_THROWS_AS(read_circuit("aag 1 1 0 0 0\n2\n", ""), ToolError);  // no names
}

TEST_CASE("a mutant whose gates come out the same has nothing to be compared") {
  // o = q | (pin & !pin)
  const Circuit circuit = circuit_with("17", "14 6 7\n16 15 9\n", 2);
  REQUIRE(register_count(circuit) == 2);
  CHECK(make_miter(circuit, 1, {false, false}).checks.empty());
}

TEST_CASE("an output that differs is found, after reset only where that lets it differ") {
  // o = q ^ (pin & p): p has any value after reset
  const Circuit any = circuit_with("19", "14 10 6\n16 15 8\n18 17 15\n", 3);
  const Miter miter = make_miter(any, 1, {false, false});
  REQUIRE(!miter.checks.empty());
  CHECK_FALSE(miter.checks[0].is_reg);
  CHECK(miter.checks[0].pin == "o");
  CHECK(differs(miter, 1));
  // o = pin & q: q is 0 in the first cycle
  const Circuit cleared = circuit_with("14", "14 8 6\n", 1);
  const Miter late = make_miter(cleared, 1, {false, false});
  CHECK_FALSE(differs(late, 1));
  CHECK(differs(late, 2));
}

TEST_CASE("registers put apart are not compared, but what they lead to is") {
  // p' = in ^ pin, o = p & q
  const std::string aiger =
      "aag 10 3 2 1 5\n2\n4\n6\n8 12\n10 19\n20\n12 4 2\n14 6 4\n16 7 5\n18 17 15\n20 10 8\n";
  const Circuit circuit = read_circuit(
      aiger, "input 0 0 rst_ni\ninput 1 0 in\ninput 2 0 gradloom_mutant_i\noutput 0 0 o\n");
  const Miter together = make_miter(circuit, 1, {false, false});
  REQUIRE(together.checks.size() == 1);
  CHECK(together.checks[0].is_reg);
  CHECK(together.checks[0].reg == 1);
  const Miter apart = make_miter(circuit, 1, {false, true});
  REQUIRE(apart.checks.size() == 1);
  CHECK(apart.checks[0].pin == "o");
  CHECK_FALSE(differs(apart, 1));
  CHECK(differs(apart, 2));
}

TEST_CASE("blocks are chosen by name, by module, and by what the design has") {
  const std::vector<std::string> present{"pe", "row_lane", "col_lane", "host_port"};
  CHECK(choose_groups("", present).size() == 3);
  const std::vector<Group> lanes = choose_groups("edge-lanes", present);
  REQUIRE(lanes.size() == 1);
  CHECK(lanes[0].modules == std::vector<std::string>{"row_lane", "col_lane"});
  CHECK(choose_groups("col_lane,pe", present)[1].modules == std::vector<std::string>{"col_lane"});
  CHECK_THROWS_AS(choose_groups("dma", present), InputError);
  CHECK_THROWS_AS(choose_groups("pes", present), InputError);
}

TEST_CASE("the input that chooses a mutant holds 0 and every number") {
  CHECK(mutant_bits(1) == 1);
  CHECK(mutant_bits(3) == 2);
  CHECK(mutant_bits(4) == 3);
  CHECK(mutant_bits(240) == 8);
}

TEST_CASE("coverage counts what is not proved equivalent; hung and crashed are killed") {
  const std::vector<Verdict> verdicts{
      verdict("pe", Fate::killed),     verdict("pe", Fate::hung),
      verdict("pe", Fate::crashed),    verdict("pe", Fate::survived),
      verdict("pe", Fate::equivalent), verdict("other", Fate::survived)};
  const std::vector<Tally> lines = tally({{"pe", {"pe"}}}, verdicts);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].mutants == 5);
  CHECK(lines[0].killed == 3);
  CHECK(lines[0].equivalent == 1);
  CHECK(lines[0].coverage() == doctest::Approx(75.0));
}

TEST_CASE("jobs run apart from each other: values, a crash and one that never ends") {
  const auto job = [](int index, std::string& text) -> int {
    text = "job " + std::to_string(index);
    if (index == 1) std::abort();
    if (index == 2) throw InputError("thrown");
    volatile bool forever = index == 3;
    while (forever) {
    }
    return index;
  };
  const std::vector<JobResult> results = run_jobs(5, 2, 1, job, {});
  CHECK(results[0].end == End::returned);
  CHECK(results[0].text == "job 0");
  CHECK(results[1].end == End::crashed);
  CHECK(results[2].end == End::crashed);
  CHECK(results[2].text == "thrown");
  CHECK(results[3].end == End::timed_out);
  CHECK(results[4].value == 4);
}

TEST_CASE("a block with one set of parameters is looked up among the proofs by its whole name") {
  Netlist netlist;
  netlist.prefix = "core_";
  netlist.modules = {"core_run_counters", "core_sequencer__1", "core_counters__1", "core_run",
                     "core_pe__1",        "core_pe__2",        "core_planner__1",  "core_burst__1"};
  const auto found = [&](const char* instance, const char* module) {
    Mutant mutant;
    mutant.instance = instance;
    mutant.module = module;
    return has_proof(netlist, mutant);
  };
  CHECK(found("core_run_counters", "run_counters"));
  CHECK(found("core_sequencer__1", "sequencer"));
  CHECK_FALSE(found("core_counters__1", "counters"));  // the end of another name
  CHECK_FALSE(found("core_run", "run"));               // the beginning
  CHECK_FALSE(found("core_pe__1", "pe"));              // two sets of parameters
  CHECK_FALSE(found("core_planner__1", "planner"));    // proved of a smaller design
  CHECK_FALSE(found("core_burst__1", "burst"));        // the proof sets parameters
}

TEST_CASE("a register differs from any state, though not from reset") {
  // o = q & (pin | in): q is 0 after reset; the mutant shows once q was set
  const Circuit circuit = circuit_with("17", "14 7 5\n16 15 8\n", 2);
  const Miter miter = make_miter(circuit, 1, {false, false});
  std::vector<Lit> inputs;
  CHECK(miter.graph.aiger(miter.bad, inputs, true).starts_with("aig "));
  const std::size_t with_registers = inputs.size();
  miter.graph.aiger(miter.bad, inputs);
  CHECK(with_registers > inputs.size());
}

namespace {

// The circuit of "registers put apart" with an output that is 1 as long as p is 0.
Circuit circuit_with_lemma(const std::string& next_of_p) {
  return read_circuit(
      "aag 7 3 2 2 2\n2\n4\n6\n8 12\n10 " + next_of_p + "\n14\n11\n12 4 2\n14 10 6\n",
      "input 0 0 rst_ni\ninput 1 0 in\ninput 2 0 gradloom_mutant_i\n"
      "latch 0 0 q\nlatch 1 0 p\n"
      "output 0 0 o\noutput 1 0 gradloom_lemma_top__p@\n");
}

bool can_fail(const Miter& miter) {
  std::vector<Lit> inputs;
  miter.graph.aiger(miter.bad, inputs, true);
  std::vector<Patterns> values(inputs.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i].fill(0x5a3c69f00fff1e2d * (2 * i + 1));
  const Patterns found = miter.graph.simulate(inputs, {values}, {miter.bad}).at(0);
  return std::any_of(found.begin(), found.end(), [](std::uint64_t w) { return w != 0; });
}

}  // namespace

TEST_CASE("lemmas are outputs of their own; they must hold after reset and be kept") {
  // p' = p: never set, but not reset either
  const Circuit kept = circuit_with_lemma("10");
  CHECK(kept.outputs.size() == 1);
  REQUIRE(kept.lemmas.size() == 1);
  CHECK(kept.registers == std::vector<std::string>{"q[0]", "p[0]"});
  CHECK(can_fail(make_lemma_miter(kept, true)));
  CHECK(make_lemma_miter(kept, false).bad == kFalse);
  // p' = rst_ni & in: reset clears it, but it is set again
  const Circuit broken = circuit_with_lemma("12");
  CHECK(make_lemma_miter(broken, true).bad == kFalse);
  CHECK(can_fail(make_lemma_miter(broken, false)));
}

TEST_CASE("a difference counts as long as the lemmas have held") {
  // o = pin & p: without the lemma that p is 0 it differs at once
  Circuit circuit = circuit_with_lemma("10");
  CHECK_FALSE(differs(make_miter(circuit, 1, {false, false}), 1));
  circuit.lemmas.clear();
  CHECK(differs(make_miter(circuit, 1, {false, false}), 1));
}

TEST_CASE("a register apart is the same under a condition that is kept") {
  // q' = rst_ni & in, p' = in ^ (pin & !in), o = q & p: p differs only where q is 0
  const Circuit circuit = read_circuit(
      "aag 10 3 2 1 5\n2\n4\n6\n8 12\n10 19\n20\n12 4 2\n14 6 5\n16 14 5\n18 17 5\n20 10 8\n",
      "input 0 0 rst_ni\ninput 1 0 in\ninput 2 0 gradloom_mutant_i\nlatch 0 0 q\nlatch 1 0 p\n"
      "output 0 0 o\n");
  const std::vector<Condition> possible = possible_conditions(circuit);
  CHECK(possible == std::vector<Condition>{{0, false}, {0, true}});
  CHECK(apart_after_reset(circuit, 1, possible).empty());
  CHECK(can_fail(make_step_miter(circuit, 1, {})));
  CHECK(can_fail(make_step_miter(circuit, 1, {{1, {}}})));        // the output
  CHECK(can_fail(make_step_miter(circuit, 1, {{1, possible}})));  // it differs where q is 0
  CHECK_FALSE(can_fail(make_step_miter(circuit, 1, {{1, {{0, false}}}})));
}

TEST_CASE("a register that a mutant does not reset is apart from the first cycle") {
  // q' = (rst_ni | pin) & in
  const Circuit circuit = read_circuit(
      "aag 6 3 1 1 2\n2\n4\n6\n8 12\n8\n10 3 7\n12 11 4\n",
      "input 0 0 rst_ni\ninput 1 0 in\ninput 2 0 gradloom_mutant_i\nlatch 0 0 q\noutput 0 0 o\n");
  const Apart apart = apart_after_reset(circuit, 1, possible_conditions(circuit));
  CHECK(apart == Apart{{0, {{0, false}}}});
  CHECK(can_fail(make_step_miter(circuit, 1, apart)));
}

TEST_CASE("a lemma is placed at every instance of its module, with the signals of there") {
  const std::string design =
      "module \\d_leaf__1\n  wire width 2 \\q\nend\n"
      "module \\d_top\n  cell \\d_leaf__1 \\u_a\n  end\n  cell $and $x\n  end\n"
      "  cell \\d_leaf__1 \\g[0].u_b\n  end\nend\n";
  const std::vector<Placed> places = place_instances(design, "d_top", "d_");
  CHECK(places == std::vector<Placed>{{"", "top"}, {"u_a", "leaf"}, {"g[0].u_b", "leaf"}});
  const std::string flat =
      "module \\d_top\n  wire width 2 \\u_a.q\n  wire width 2 \\g[0].u_b.q\nend\nmodule "
      "\\d_ram\nend\n";
  const auto lemma = [](const std::string& name, const char* wire) {
    return "module \\" + name + "\n  wire " + wire +
           "input 1 \\q\n  wire output 2 \\holds\nend\n"
           "module \\part\n  wire input 1 \\q\nend\n";
  };
  const std::string with = with_lemmas(flat, "d_top", lemma("leaf__small", "width 2 "), places);
  CHECK(with.find("connect \\q \\u_a.q\n") != std::string::npos);
  CHECK(with.find("cell \\leaf__small \\gradloom_lemma_leaf__small@g[0].u_b$cell\n") !=
        std::string::npos);
  CHECK(with.ends_with("  end\nend\nmodule \\d_ram\nend\n"));
  CHECK_THROWS_AS(with_lemmas(flat, "d_top", lemma("leaf__small", ""), places), InputError);
  CHECK_THROWS_AS(with_lemmas(flat, "d_top", lemma("leef__small", "width 2 "), places), InputError);
}

TEST_CASE("what is x in the netlist has any value: a mutant that lets it in is not equivalent") {
  // `kept` is 0 while en_i is 1, and x otherwise; o_o looks at it while en_i is 1
  const test::TempDir folder;
  const std::filesystem::path dir = folder.path();
  const char* design = R"(
module \d_top
  wire input 1 \rst_ni
  wire input 2 \en_i
  wire output 3 \o_o
  wire \kept
  cell $mux \hold
    parameter \WIDTH 1
    connect \A 1'x
    connect \B 1'0
    connect \S \en_i
    connect \Y \kept
  end
  cell $and \look
    parameter \A_SIGNED 0
    parameter \A_WIDTH 1
    parameter \B_SIGNED 0
    parameter \B_WIDTH 1
    parameter \Y_WIDTH 1
    connect \A \kept
    connect \B \en_i
    connect \Y \o_o
  end
end
)";
  write_text_file(dir / "design.il", design);
  const auto mutant = [](const char* change) {
    Mutant result;
    result.instance = "d_top";
    result.change = change;
    return result;
  };
  const Netlist netlist{dir, "d_top", {"d_top"}, "d_"};
  const Circuit circuit =
      mutated_circuit(netlist, {mutant("-mode inv -cell hold -port S -portbit 0"),
                                mutant("-mode inv -cell hold -port A -portbit 0"),
                                mutant("-mode const1 -cell look -port B -portbit 0")});
  const auto proved = [&](unsigned number) {
    return prove_equivalent(circuit, number, dir / "proof", 10).proved;
  };
  CHECK(proved(1) == Proved::different);
  CHECK(proved(2) == Proved::equivalent);
  CHECK(proved(3) == Proved::different);
}

}  // namespace gradloom::mutate
