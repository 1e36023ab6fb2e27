// SPDX-License-Identifier: Apache-2.0
// Between gradloom and the Verilated <%name%>_top: made by gradloom <%version%>, configuration <%config_hash%>.
#include <memory>

#include "Vdut.h"
#include "verilated.h"
#ifdef GRADLOOM_WAVES
#include "verilated_fst_c.h"
#endif

namespace {

struct Model {
  VerilatedContext context;
  std::unique_ptr<Vdut> dut;
#ifdef GRADLOOM_WAVES
  std::unique_ptr<VerilatedFstC> waves;
#endif
};

}  // namespace

extern "C" {

struct gradloom_pin {
  const char* name;
  void* data;
  int width;
  int input;
};

unsigned gradloom_shim_version() { return 1; }

// seed >= 1; random_reset: 0 all zero, 1 all ones, 2 random.
void* gradloom_new(int seed, int random_reset) {
  auto model = std::make_unique<Model>();
  model->context.randSeed(seed);
  model->context.randReset(random_reset);
  model->context.traceEverOn(true);
  model->dut = std::make_unique<Vdut>(&model->context, "TOP");
  return model.release();
}

int gradloom_pins(void* handle, gradloom_pin* pins, int capacity) {
  Vdut& dut = *static_cast<Model*>(handle)->dut;
  const gradloom_pin table[] = {
<%#ports%>
      {"<%name%>", &dut.<%name%>, <%width%>, <%#input%>1<%/input%><%^input%>0<%/input%>},
<%/ports%>
<%#trace_ports%>
      {"<%name%>", &dut.<%name%>, <%width%>, 0},
<%/trace_ports%>
  };
  const int count = static_cast<int>(sizeof table / sizeof table[0]);
  for (int i = 0; i < count && i < capacity; ++i) pins[i] = table[i];
  return count;
}

void gradloom_eval(void* handle) { static_cast<Model*>(handle)->dut->eval(); }

int gradloom_waves(void* handle, const char* path) {
#ifdef GRADLOOM_WAVES
  Model& model = *static_cast<Model*>(handle);
  model.waves = std::make_unique<VerilatedFstC>();
  model.dut->trace(model.waves.get(), 99);
  model.waves->open(path);
  return model.waves->isOpen() ? 1 : 0;
#else
  (void)handle;
  (void)path;
  return 0;
#endif
}

void gradloom_dump(void* handle, unsigned long long time) {
#ifdef GRADLOOM_WAVES
  Model& model = *static_cast<Model*>(handle);
  if (model.waves) model.waves->dump(static_cast<uint64_t>(time));
#else
  (void)handle;
  (void)time;
#endif
}

void gradloom_delete(void* handle) {
  Model* model = static_cast<Model*>(handle);
#ifdef GRADLOOM_WAVES
  if (model->waves) model->waves->close();
#endif
  model->dut->final();
  delete model;
}

}  // extern "C"
