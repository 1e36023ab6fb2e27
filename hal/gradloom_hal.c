/* SPDX-License-Identifier: Apache-2.0 */
#include "gradloom_hal.h"

/* --- The device -------------------------------------------------------------------------------- */

void gradloom_init(gradloom_device *dev, const gradloom_design *design, gradloom_read_fn read,
                   gradloom_write_fn write, void *user) {
  dev->design = design;
  dev->read = read;
  dev->write = write;
  dev->user = user;
  dev->before_start = NULL;
  dev->after_end = NULL;
}

static uint32_t get(gradloom_device *dev, uint32_t offset) { return dev->read(dev->user, offset); }

static void set(gradloom_device *dev, uint32_t offset, uint32_t value) {
  dev->write(dev->user, offset, value);
}

gradloom_result gradloom_probe(gradloom_device *dev) {
  const gradloom_design *design = dev->design;
  if (get(dev, GRADLOOM_ID) != GRADLOOM_ID_VALUE) return GRADLOOM_E_ID;
  if (get(dev, GRADLOOM_HASH_LO) != design->hash_lo ||
      get(dev, GRADLOOM_HASH_HI) != design->hash_hi) {
    return GRADLOOM_E_HASH;
  }
  if (get(dev, GRADLOOM_SHAPE) != (design->lanes | design->lanes << 16) ||
      get(dev, GRADLOOM_BUS) != (design->data_bits | design->address_bits << 16)) {
    return GRADLOOM_E_SHAPE;
  }
  return GRADLOOM_OK;
}

/* --- A run ------------------------------------------------------------------------------------- */

static int running(gradloom_device *dev) {
  return (get(dev, GRADLOOM_RUN_STATUS) & GRADLOOM_RUN_RUNNING) != 0;
}

/* A register that cannot be written during a run. */
static gradloom_result set_idle(gradloom_device *dev, uint32_t offset, uint32_t value) {
  if (running(dev)) return GRADLOOM_E_BUSY;
  set(dev, offset, value);
  return GRADLOOM_OK;
}

/* Whether all bytes of the list have an address of at most `bits` bits. */
static int addressable(uint64_t address, uint32_t length, uint32_t bits) {
  const uint64_t top = UINT64_MAX >> (64u - bits);
  const uint64_t rest = (uint64_t)GRADLOOM_LIST_ALIGN * length - 1u;
  return address <= top && rest <= top - address;
}

gradloom_result gradloom_set_list(gradloom_device *dev, uint64_t address, uint32_t length) {
  if (address % GRADLOOM_LIST_ALIGN != 0 || length == 0 || length > 0xFFFFu ||
      !addressable(address, length, dev->design->address_bits)) {
    return GRADLOOM_E_ARGUMENT;
  }
  if (running(dev)) return GRADLOOM_E_BUSY;
  set(dev, GRADLOOM_LIST_ADDR_LO, (uint32_t)(address & 0xFFFFFFFFu));
  set(dev, GRADLOOM_LIST_ADDR_HI, (uint32_t)(address >> 32));
  set(dev, GRADLOOM_LIST_LENGTH, length);
  return GRADLOOM_OK;
}

gradloom_result gradloom_set_batches(gradloom_device *dev, uint32_t batches) {
  if (batches == 0 || batches > 0xFFFFu) return GRADLOOM_E_ARGUMENT;
  return set_idle(dev, GRADLOOM_BATCHES, batches);
}

gradloom_result gradloom_set_timeout(gradloom_device *dev, uint32_t cycles) {
  return set_idle(dev, GRADLOOM_TIMEOUT, cycles);
}

gradloom_result gradloom_set_seed(gradloom_device *dev, uint32_t seed) {
  return set_idle(dev, GRADLOOM_SEED, seed);
}

gradloom_result gradloom_start(gradloom_device *dev) {
  if ((get(dev, GRADLOOM_RUN_STATUS) & (GRADLOOM_RUN_RUNNING | GRADLOOM_RUN_DRAINING)) != 0) {
    return GRADLOOM_E_BUSY;
  }
  set(dev, GRADLOOM_IRQ_STATUS, GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR);
  if (dev->before_start != NULL) dev->before_start(dev->user);
  set(dev, GRADLOOM_CONTROL, GRADLOOM_CONTROL_START);
  return GRADLOOM_OK;
}

gradloom_result gradloom_poll(gradloom_device *dev, gradloom_status *status) {
  const uint32_t run = get(dev, GRADLOOM_RUN_STATUS);
  const int failed = (run & GRADLOOM_RUN_ERROR) != 0;
  if (status != NULL) {
    status->running = (run & GRADLOOM_RUN_RUNNING) != 0;
    status->done = (run & GRADLOOM_RUN_DONE) != 0;
    status->error = failed;
    status->draining = (run & GRADLOOM_RUN_DRAINING) != 0;
    status->code = run >> 8 & 0xFFu;
    status->index = failed ? get(dev, GRADLOOM_ERROR_INDEX) : 0;
    status->iteration = get(dev, GRADLOOM_ITERATION);
  }
  if ((run & GRADLOOM_RUN_RUNNING) != 0) return GRADLOOM_E_BUSY;
  if (!failed && (run & GRADLOOM_RUN_DONE) == 0) return GRADLOOM_E_NO_RUN;
  if (dev->after_end != NULL) dev->after_end(dev->user);
  return failed ? GRADLOOM_E_RUN : GRADLOOM_OK;
}

gradloom_result gradloom_wait(gradloom_device *dev, gradloom_idle_fn idle, void *idle_user,
                              uint32_t bound, gradloom_status *status) {
  uint32_t looks = 0;
  for (;;) {
    const gradloom_result result = gradloom_poll(dev, status);
    if (result != GRADLOOM_E_BUSY) return result;
    ++looks;
    if (bound != 0 && looks >= bound) return GRADLOOM_E_BOUND;
    if (idle != NULL && idle(idle_user) != 0) return GRADLOOM_E_STOPPED;
  }
}

gradloom_result gradloom_reset(gradloom_device *dev, int force, gradloom_idle_fn idle,
                               void *idle_user, uint32_t bound) {
  const uint32_t with_force = force ? GRADLOOM_CONTROL_FORCE : 0u;
  uint32_t looks = 0;
  set(dev, GRADLOOM_CONTROL, GRADLOOM_CONTROL_SOFT_RESET | with_force);
  for (;;) {
    if ((get(dev, GRADLOOM_RUN_STATUS) & GRADLOOM_RUN_DRAINING) == 0) return GRADLOOM_OK;
    ++looks;
    if (bound != 0 && looks >= bound) return GRADLOOM_E_BOUND;
    if (idle != NULL && idle(idle_user) != 0) return GRADLOOM_E_STOPPED;
  }
}

/* --- Interrupts -------------------------------------------------------------------------------- */

void gradloom_irq_enable(gradloom_device *dev, uint32_t bits) {
  set(dev, GRADLOOM_IRQ_ENABLE, bits & (GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR));
}

uint32_t gradloom_irq_status(gradloom_device *dev) { return get(dev, GRADLOOM_IRQ_STATUS); }

void gradloom_irq_clear(gradloom_device *dev, uint32_t bits) {
  set(dev, GRADLOOM_IRQ_STATUS, bits & (GRADLOOM_IRQ_DONE | GRADLOOM_IRQ_ERROR));
}

uint32_t gradloom_irq_take(gradloom_device *dev) {
  const uint32_t bits = get(dev, GRADLOOM_IRQ_STATUS) & get(dev, GRADLOOM_IRQ_ENABLE);
  if (bits != 0) set(dev, GRADLOOM_IRQ_STATUS, bits);
  return bits;
}

/* --- Counters ---------------------------------------------------------------------------------- */

/* If the upper half changed between two looks at it, the lower half has just begun again at 0: what
 * it reads as now belongs to the new upper half. */
uint64_t gradloom_counter(gradloom_device *dev, uint32_t offset) {
  const uint32_t before = get(dev, offset + 4u);
  uint32_t low = get(dev, offset);
  const uint32_t high = get(dev, offset + 4u);
  if (high != before) low = get(dev, offset);
  return (uint64_t)high << 32 | low;
}

void gradloom_get_run_counters(gradloom_device *dev, gradloom_run_counters *counters) {
  counters->run_cycles = gradloom_counter(dev, GRADLOOM_RUN_CYCLES);
  counters->compute_cycles = gradloom_counter(dev, GRADLOOM_COMPUTE_CYCLES);
  counters->load_cycles = gradloom_counter(dev, GRADLOOM_LOAD_CYCLES);
  counters->drain_cycles = gradloom_counter(dev, GRADLOOM_DRAIN_CYCLES);
  counters->bus_cycles = gradloom_counter(dev, GRADLOOM_BUS_CYCLES);
  counters->read_beats = gradloom_counter(dev, GRADLOOM_READ_BEATS);
  counters->write_beats = gradloom_counter(dev, GRADLOOM_WRITE_BEATS);
  counters->fetch_beats = gradloom_counter(dev, GRADLOOM_FETCH_BEATS);
}

gradloom_result gradloom_clear_counters(gradloom_device *dev) {
  return set_idle(dev, GRADLOOM_CLEAR, 0);
}

/* --- Names ------------------------------------------------------------------------------------- */

#ifndef GRADLOOM_HAL_NO_NAMES
const char *gradloom_error_name(uint32_t code) {
  switch (code) {
    case GRADLOOM_ERR_NONE: return "none";
    case GRADLOOM_ERR_BAD_LIST: return "bad_list";
    case GRADLOOM_ERR_BAD_VERSION: return "bad_version";
    case GRADLOOM_ERR_BAD_KIND: return "bad_kind";
    case GRADLOOM_ERR_RESERVED: return "reserved";
    case GRADLOOM_ERR_BAD_SYNC: return "bad_sync";
    case GRADLOOM_ERR_BAD_BUFFER: return "bad_buffer";
    case GRADLOOM_ERR_ZERO_SIZE: return "zero_size";
    case GRADLOOM_ERR_NO_FIT: return "no_fit";
    case GRADLOOM_ERR_BAD_ADDRESS: return "bad_address";
    case GRADLOOM_ERR_BAD_LANES: return "bad_lanes";
    case GRADLOOM_ERR_BAD_TARGET: return "bad_target";
    case GRADLOOM_ERR_NO_END: return "no_end";
    case GRADLOOM_ERR_BAD_FIELD: return "bad_field";
    case GRADLOOM_ERR_TOKEN_OVERFLOW: return "token_overflow";
    case GRADLOOM_ERR_DEADLOCK: return "deadlock";
    case GRADLOOM_ERR_COMMAND + 1: return "command_bad_op";
    case GRADLOOM_ERR_COMMAND + 2: return "command_bad_schedule";
    case GRADLOOM_ERR_COMMAND + 3: return "command_bad_flag";
    case GRADLOOM_ERR_COMMAND + 4: return "command_zero_size";
    case GRADLOOM_ERR_COMMAND + 5: return "command_over_limit";
    case GRADLOOM_ERR_COMMAND + 6: return "command_bad_field";
    case GRADLOOM_ERR_COMMAND + 7: return "command_overlap";
    case GRADLOOM_ERR_COMMAND + 8: return "command_no_fit_x";
    case GRADLOOM_ERR_COMMAND + 9: return "command_no_fit_delta";
    case GRADLOOM_ERR_COMMAND + 10: return "command_no_fit_w";
    case GRADLOOM_ERR_COMMAND + 11: return "command_no_fit_y";
    case GRADLOOM_ERR_COMMAND + 12: return "command_no_fit_dx";
    case GRADLOOM_ERR_COMMAND + 13: return "command_no_fit_dw";
    case GRADLOOM_ERR_COMMAND + 14: return "command_no_fit_bias";
    case GRADLOOM_ERR_READ_SLVERR: return "read_slverr";
    case GRADLOOM_ERR_READ_DECERR: return "read_decerr";
    case GRADLOOM_ERR_WRITE_SLVERR: return "write_slverr";
    case GRADLOOM_ERR_WRITE_DECERR: return "write_decerr";
    case GRADLOOM_ERR_TIMEOUT: return "timeout";
    default: return "unknown";
  }
}

const char *gradloom_result_name(gradloom_result result) {
  switch (result) {
    case GRADLOOM_OK: return "good";
    case GRADLOOM_E_ID: return "no gradloom accelerator";
    case GRADLOOM_E_HASH: return "another configuration than the header's";
    case GRADLOOM_E_SHAPE: return "another array or bus than the header's";
    case GRADLOOM_E_ARGUMENT: return "bad argument";
    case GRADLOOM_E_BUSY: return "busy";
    case GRADLOOM_E_BOUND: return "waited long enough";
    case GRADLOOM_E_STOPPED: return "waiting stopped";
    case GRADLOOM_E_RUN: return "the run ended with an error";
    case GRADLOOM_E_NO_RUN: return "no run";
  }
  return "unknown";
}
#endif

/* --- Memory format ----------------------------------------------------------------------------- */

static size_t element_bytes(const gradloom_design *design, int buffer) {
  if (buffer < 0 || buffer >= GRADLOOM_SELECT_CODES) return 0;
  return design->element_bytes[buffer];
}

static size_t blocks(const gradloom_design *design, uint32_t cols) {
  return cols / design->lanes + (cols % design->lanes != 0 ? 1u : 0u);
}

size_t gradloom_vector_bytes(const gradloom_design *design, int buffer) {
  const size_t beat = design->data_bits / 8u;
  const size_t bytes = design->lanes * element_bytes(design, buffer);
  return (bytes + beat - 1u) / beat * beat;
}

size_t gradloom_block_bytes(const gradloom_design *design, int buffer, uint32_t rows) {
  return rows * gradloom_vector_bytes(design, buffer);
}

size_t gradloom_matrix_bytes(const gradloom_design *design, int buffer, uint32_t rows,
                             uint32_t cols) {
  return blocks(design, cols) * gradloom_block_bytes(design, buffer, rows);
}

static void put_element(uint8_t *to, size_t bytes, uint64_t value) {
  size_t i;
  for (i = 0; i < bytes; ++i) to[i] = (uint8_t)(value >> 8 * i & 0xFFu);
}

/* The bits of the element, extended to 64. */
static uint64_t get_element(const uint8_t *from, size_t bytes, int is_signed) {
  uint64_t value = 0;
  size_t i;
  for (i = 0; i < bytes; ++i) value |= (uint64_t)from[i] << 8 * i;
  if (is_signed && bytes < 8u && bytes > 0u && (from[bytes - 1u] & 0x80u) != 0) {
    value |= UINT64_MAX << 8 * bytes;
  }
  return value;
}

/* The value of two's complement bits; a plain cast is up to the compiler. */
static int64_t to_int64(uint64_t bits) {
  return bits <= (uint64_t)INT64_MAX ? (int64_t)bits : -(int64_t)(UINT64_MAX - bits) - 1;
}

/* The arrays of either width as one: exactly one pointer of a kind is not NULL. */
typedef struct plain_array {
  const int32_t *from32;
  const int64_t *from64;
  int32_t *to32;
  int64_t *to64;
} plain_array;

static uint64_t load(const plain_array *array, size_t i) {
  return array->from32 != NULL ? (uint64_t)(int64_t)array->from32[i] : (uint64_t)array->from64[i];
}

static void store(const plain_array *array, size_t i, uint64_t bits) {
  if (array->to32 != NULL) {
    const uint64_t sign = (uint64_t)1 << 31;
    const uint64_t low = bits & 0xFFFFFFFFu;
    array->to32[i] = (int32_t)to_int64((low ^ sign) - sign);
  } else {
    array->to64[i] = to_int64(bits);
  }
}

static void pack(const gradloom_design *design, int buffer, const plain_array *from, size_t rows,
                 size_t cols, uint8_t *to, size_t block_stride) {
  const size_t bytes = element_bytes(design, buffer);
  const size_t vector = gradloom_vector_bytes(design, buffer);
  const size_t stride = block_stride != 0 ? block_stride : rows * vector;
  const size_t lanes = design->lanes;
  size_t first, row, at;
  if (bytes == 0) return;
  for (first = 0; first < cols; first += lanes, to += stride) {
    for (row = 0; row < rows; ++row) {
      uint8_t *element = to + row * vector;
      for (at = 0; at < vector; at += bytes, element += bytes) {
        const size_t lane = at / bytes;
        const int inside = lane < lanes && first + lane < cols;
        put_element(element, bytes, inside ? load(from, row * cols + first + lane) : 0);
      }
    }
  }
}

static void unpack(const gradloom_design *design, int buffer, const uint8_t *from,
                   size_t block_stride, const plain_array *to, size_t rows, size_t cols) {
  const size_t bytes = element_bytes(design, buffer);
  const size_t vector = gradloom_vector_bytes(design, buffer);
  const size_t stride = block_stride != 0 ? block_stride : rows * vector;
  const int is_signed = buffer != GRADLOOM_DERIV;
  size_t row, col;
  for (row = 0; row < rows; ++row) {
    for (col = 0; col < cols; ++col) {
      const uint8_t *element = from + col / design->lanes * stride + row * vector +
                               col % design->lanes * bytes;
      store(to, row * cols + col, get_element(element, bytes, is_signed));
    }
  }
}

void gradloom_pack(const gradloom_design *design, int buffer, const int32_t *from, uint32_t rows,
                   uint32_t cols, void *to, size_t block_stride) {
  const plain_array array = {from, NULL, NULL, NULL};
  pack(design, buffer, &array, rows, cols, (uint8_t *)to, block_stride);
}

void gradloom_pack64(const gradloom_design *design, int buffer, const int64_t *from, uint32_t rows,
                     uint32_t cols, void *to, size_t block_stride) {
  const plain_array array = {NULL, from, NULL, NULL};
  pack(design, buffer, &array, rows, cols, (uint8_t *)to, block_stride);
}

void gradloom_unpack(const gradloom_design *design, int buffer, const void *from,
                     size_t block_stride, int32_t *to, uint32_t rows, uint32_t cols) {
  const plain_array array = {NULL, NULL, to, NULL};
  unpack(design, buffer, (const uint8_t *)from, block_stride, &array, rows, cols);
}

void gradloom_unpack64(const gradloom_design *design, int buffer, const void *from,
                       size_t block_stride, int64_t *to, uint32_t rows, uint32_t cols) {
  const plain_array array = {NULL, NULL, NULL, to};
  unpack(design, buffer, (const uint8_t *)from, block_stride, &array, rows, cols);
}
