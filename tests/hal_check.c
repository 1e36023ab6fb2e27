/* SPDX-License-Identifier: Apache-2.0
 * A user of the emitted driver: compiled by tests/hal.sh as C99 and as C++, with PREFIX and REGS_H set. What
 * gradloom_hal.h says about registers, codes and buffers must be what the emitted header says. */
#include "gradloom_hal.h"
#include REGS_H

#define JOIN(prefix, name) prefix##_##name
#define OF(prefix, name) JOIN(prefix, name)
#define CHECK(what, condition) typedef char check_##what[(condition) ? 1 : -1]
#define REG(name) CHECK(name, GRADLOOM_##name == OF(PREFIX, REG_##name))
#define ERROR_CODE(name) CHECK(error_##name, (unsigned)GRADLOOM_ERR_##name == OF(PREFIX, ERR_##name))
#define BUFFER(name) CHECK(buffer_##name, (unsigned)GRADLOOM_##name == OF(PREFIX, name##_CODE))

REG(ID);
REG(HASH_LO);
REG(HASH_HI);
REG(SHAPE);
REG(STATUS);
REG(HOST_ERRORS);
REG(CLEAR);
REG(SEED);
REG(CONTROL);
REG(RUN_STATUS);
REG(ERROR_INDEX);
REG(LIST_ADDR_LO);
REG(LIST_ADDR_HI);
REG(LIST_LENGTH);
REG(BATCHES);
REG(TIMEOUT);
REG(IRQ_ENABLE);
REG(IRQ_STATUS);
REG(ITERATION);
REG(BUS);
CHECK(id, GRADLOOM_ID_VALUE == OF(PREFIX, REG_ID_RESET));
CHECK(events, GRADLOOM_EVENTS == OF(PREFIX, REG_CYCLES_LO));
CHECK(run_cycles, GRADLOOM_RUN_CYCLES == OF(PREFIX, REG_RUN_CYCLES_LO));
CHECK(compute_cycles, GRADLOOM_COMPUTE_CYCLES == OF(PREFIX, REG_COMPUTE_CYCLES_LO));
CHECK(load_cycles, GRADLOOM_LOAD_CYCLES == OF(PREFIX, REG_LOAD_CYCLES_LO));
CHECK(drain_cycles, GRADLOOM_DRAIN_CYCLES == OF(PREFIX, REG_DRAIN_CYCLES_LO));
CHECK(bus_cycles, GRADLOOM_BUS_CYCLES == OF(PREFIX, REG_BUS_CYCLES_LO));
CHECK(read_beats, GRADLOOM_READ_BEATS == OF(PREFIX, REG_READ_BEATS_LO));
CHECK(write_beats, GRADLOOM_WRITE_BEATS == OF(PREFIX, REG_WRITE_BEATS_LO));
CHECK(fetch_beats, GRADLOOM_FETCH_BEATS == OF(PREFIX, REG_FETCH_BEATS_LO));
CHECK(high_half, GRADLOOM_RUN_CYCLES + 4u == OF(PREFIX, REG_RUN_CYCLES_HI));

CHECK(start, GRADLOOM_CONTROL_START == OF(PREFIX, REG_CONTROL_START_MASK));
CHECK(soft_reset, GRADLOOM_CONTROL_SOFT_RESET == OF(PREFIX, REG_CONTROL_SOFT_RESET_MASK));
CHECK(force, GRADLOOM_CONTROL_FORCE == OF(PREFIX, REG_CONTROL_FORCE_MASK));
CHECK(running, GRADLOOM_RUN_RUNNING == OF(PREFIX, REG_RUN_STATUS_RUNNING_MASK));
CHECK(done, GRADLOOM_RUN_DONE == OF(PREFIX, REG_RUN_STATUS_DONE_MASK));
CHECK(error, GRADLOOM_RUN_ERROR == OF(PREFIX, REG_RUN_STATUS_ERROR_MASK));
CHECK(draining, GRADLOOM_RUN_DRAINING == OF(PREFIX, REG_RUN_STATUS_DRAINING_MASK));
CHECK(irq_done, GRADLOOM_IRQ_DONE == OF(PREFIX, REG_IRQ_ENABLE_DONE_MASK));
CHECK(irq_error, GRADLOOM_IRQ_ERROR == OF(PREFIX, REG_IRQ_STATUS_ERROR_MASK));
CHECK(code, OF(PREFIX, REG_RUN_STATUS_CODE_MASK) == 0xFF00u);
CHECK(list_align, GRADLOOM_LIST_ALIGN == OF(PREFIX, DESC_BYTES));

BUFFER(X);
BUFFER(DELTA);
BUFFER(W);
BUFFER(Y);
BUFFER(DX);
BUFFER(DW);
BUFFER(BIAS);
BUFFER(DERIV);

ERROR_CODE(BAD_LIST);
ERROR_CODE(BAD_VERSION);
ERROR_CODE(BAD_KIND);
ERROR_CODE(RESERVED);
ERROR_CODE(BAD_SYNC);
ERROR_CODE(BAD_BUFFER);
ERROR_CODE(ZERO_SIZE);
ERROR_CODE(NO_FIT);
ERROR_CODE(BAD_ADDRESS);
ERROR_CODE(BAD_LANES);
ERROR_CODE(BAD_TARGET);
ERROR_CODE(NO_END);
ERROR_CODE(BAD_FIELD);
ERROR_CODE(TOKEN_OVERFLOW);
ERROR_CODE(DEADLOCK);
ERROR_CODE(COMMAND);
ERROR_CODE(READ_SLVERR);
ERROR_CODE(READ_DECERR);
ERROR_CODE(WRITE_SLVERR);
ERROR_CODE(WRITE_DECERR);
ERROR_CODE(TIMEOUT);

/* Of a C file that only describes a design and calls the driver, as in the head of gradloom_hal.h. */
static const gradloom_design design = GRADLOOM_DESIGN(PREFIX);

static uint32_t read32(void *user, uint32_t offset) {
  return *(volatile uint32_t *)((char *)user + offset);
}

static void write32(void *user, uint32_t offset, uint32_t value) {
  *(volatile uint32_t *)((char *)user + offset) = value;
}

int train(void *registers, uint64_t list, uint32_t length, uint32_t batches, uint32_t *code);

int train(void *registers, uint64_t list, uint32_t length, uint32_t batches, uint32_t *code) {
  gradloom_device dev;
  gradloom_status status;
  gradloom_result result;
  gradloom_init(&dev, &design, read32, write32, registers);
  result = gradloom_probe(&dev);
  if (result != GRADLOOM_OK) return result;
  result = gradloom_set_list(&dev, list, length);
  if (result != GRADLOOM_OK) return result;
  result = gradloom_set_batches(&dev, batches);
  if (result != GRADLOOM_OK) return result;
  result = gradloom_start(&dev);
  if (result != GRADLOOM_OK) return result;
  result = gradloom_wait(&dev, NULL, NULL, 0, &status);
  *code = status.code;
  return result;
}
