/* SPDX-License-Identifier: Apache-2.0
 *
 * Driver of a gradloom accelerator with host.bus: axi (docs/bus.md).
 *
 * C99 and C++; needs stdint.h and stddef.h only, no allocation, no library. One gradloom_device is
 * one accelerator; calls for the same device must not overlap (an interrupt handler that calls
 * gradloom_irq_take() alone may).
 *
 *   #include "gradloom_hal.h"
 *   #include "name_regs.h"
 *
 *   static const gradloom_design design = GRADLOOM_DESIGN(NAME);
 *   static uint32_t read32(void *user, uint32_t offset) {
 *     return *(volatile uint32_t *)((char *)user + offset);
 *   }
 *   static void write32(void *user, uint32_t offset, uint32_t value) {
 *     *(volatile uint32_t *)((char *)user + offset) = value;
 *   }
 *   ...
 *   gradloom_device dev;
 *   gradloom_status status;
 *   gradloom_init(&dev, &design, read32, write32, REGISTERS);
 *   if (gradloom_probe(&dev) != GRADLOOM_OK) ...       (not this accelerator)
 *   gradloom_set_list(&dev, list_address, list_length);
 *   gradloom_set_batches(&dev, 100);
 *   gradloom_start(&dev);
 *   if (gradloom_wait(&dev, NULL, NULL, 0, &status) == GRADLOOM_E_RUN) ... status.code, status.index
 */
#ifndef GRADLOOM_HAL_H
#define GRADLOOM_HAL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- Registers, by byte offset ----------------------------------------------------------------- */

#define GRADLOOM_ID 0x000u
#define GRADLOOM_HASH_LO 0x004u
#define GRADLOOM_HASH_HI 0x008u
#define GRADLOOM_SHAPE 0x00Cu
#define GRADLOOM_STATUS 0x010u
#define GRADLOOM_HOST_ERRORS 0x014u
#define GRADLOOM_CLEAR 0x018u
#define GRADLOOM_SEED 0x01Cu
#define GRADLOOM_EVENTS 0x020u /* counters of the array: 8 bytes each, gradloom_counter() */
#define GRADLOOM_CONTROL 0x100u
#define GRADLOOM_RUN_STATUS 0x104u
#define GRADLOOM_ERROR_INDEX 0x108u
#define GRADLOOM_LIST_ADDR_LO 0x10Cu
#define GRADLOOM_LIST_ADDR_HI 0x110u
#define GRADLOOM_LIST_LENGTH 0x114u
#define GRADLOOM_BATCHES 0x118u
#define GRADLOOM_TIMEOUT 0x11Cu
#define GRADLOOM_IRQ_ENABLE 0x120u
#define GRADLOOM_IRQ_STATUS 0x124u
#define GRADLOOM_ITERATION 0x128u
#define GRADLOOM_BUS 0x12Cu
#define GRADLOOM_RUN_CYCLES 0x140u /* this and the next: 64 bits, gradloom_counter() */
#define GRADLOOM_COMPUTE_CYCLES 0x148u
#define GRADLOOM_LOAD_CYCLES 0x150u
#define GRADLOOM_DRAIN_CYCLES 0x158u
#define GRADLOOM_BUS_CYCLES 0x160u
#define GRADLOOM_READ_BEATS 0x168u
#define GRADLOOM_WRITE_BEATS 0x170u
#define GRADLOOM_FETCH_BEATS 0x178u

#define GRADLOOM_CONTROL_START 0x1u
#define GRADLOOM_CONTROL_SOFT_RESET 0x2u
#define GRADLOOM_CONTROL_FORCE 0x4u

#define GRADLOOM_RUN_RUNNING 0x1u
#define GRADLOOM_RUN_DONE 0x2u
#define GRADLOOM_RUN_ERROR 0x4u
#define GRADLOOM_RUN_DRAINING 0x8u

#define GRADLOOM_IRQ_DONE 0x1u
#define GRADLOOM_IRQ_ERROR 0x2u

/* What ID reads as: 'GL' and the version of the register map. */
#define GRADLOOM_ID_VALUE 0x474C0001u

#define GRADLOOM_LIST_ALIGN 64u /* bytes of a descriptor; a list begins at a multiple */

/* --- The design -------------------------------------------------------------------------------- */

/* Select codes of the buffers. */
enum {
  GRADLOOM_X = 0,
  GRADLOOM_DELTA = 1,
  GRADLOOM_W = 2,
  GRADLOOM_Y = 3,
  GRADLOOM_DX = 4,
  GRADLOOM_DW = 5,
  GRADLOOM_BIAS = 6,
  GRADLOOM_DERIV = 8,
  GRADLOOM_SELECT_CODES = 9
};

/* What the driver knows of the configuration it was made for. */
typedef struct gradloom_design {
  uint32_t hash_lo;                             /* of the configuration */
  uint32_t hash_hi;
  uint32_t lanes;                               /* rows = columns of the array */
  uint32_t data_bits;                           /* of the data bus */
  uint32_t address_bits;                        /* of its addresses */
  uint8_t element_bytes[GRADLOOM_SELECT_CODES]; /* by select code; 0: no buffer */
} gradloom_design;

/* An initializer, from the constants of <name>_regs.h; NAME is their prefix, in upper case. */
#define GRADLOOM_DESIGN(NAME) GRADLOOM_DESIGN_OF(NAME)
#define GRADLOOM_DESIGN_OF(NAME)                                                         \
  {                                                                                      \
    NAME##_HASH_LO, NAME##_HASH_HI, NAME##_LANES, NAME##_DATA_BITS, NAME##_ADDRESS_BITS, \
    {                                                                                    \
      NAME##_X_BYTES, NAME##_DELTA_BYTES, NAME##_W_BYTES, NAME##_Y_BYTES,                \
          NAME##_DX_BYTES, NAME##_DW_BYTES, NAME##_BIAS_BYTES, 0, NAME##_DERIV_BYTES     \
    }                                                                                    \
  }

/* --- The device -------------------------------------------------------------------------------- */

/* Access to a 32-bit register, in program order. */
typedef uint32_t (*gradloom_read_fn)(void *user, uint32_t offset);
typedef void (*gradloom_write_fn)(void *user, uint32_t offset, uint32_t value);
/* Cache maintenance of the memory that the accelerator works on. */
typedef void (*gradloom_hook_fn)(void *user);
/* Called between two looks at the device. Anything but 0 ends the waiting. */
typedef int (*gradloom_idle_fn)(void *idle_user);

typedef struct gradloom_device {
  const gradloom_design *design;
  gradloom_read_fn read;
  gradloom_write_fn write;
  void *user;
  /* Optional, NULL after gradloom_init(). Before START: what the host wrote must be visible to the
   * bus. After the end of a run was seen: what the host has cached may be stale. */
  gradloom_hook_fn before_start;
  gradloom_hook_fn after_end;
} gradloom_device;

typedef enum gradloom_result {
  GRADLOOM_OK = 0,
  GRADLOOM_E_ID = -1,       /* no gradloom, or another register map */
  GRADLOOM_E_HASH = -2,     /* another configuration: the driver and its header are stale */
  GRADLOOM_E_SHAPE = -3,    /* the array or the bus is not that of the header */
  GRADLOOM_E_ARGUMENT = -4, /* an argument that the hardware would refuse; nothing was written */
  GRADLOOM_E_BUSY = -5,     /* a run is going on, or transactions of the last one are outstanding */
  GRADLOOM_E_BOUND = -6,    /* the bound of looks was reached */
  GRADLOOM_E_STOPPED = -7,  /* the idle hook ended the waiting */
  GRADLOOM_E_RUN = -8,      /* the run ended with an error: see gradloom_status */
  GRADLOOM_E_NO_RUN = -9    /* no run has been started since the last reset */
} gradloom_result;

/* Error codes of a run (docs/bus.md, section 5). */
enum {
  GRADLOOM_ERR_NONE = 0,
  GRADLOOM_ERR_BAD_LIST = 1,
  GRADLOOM_ERR_BAD_VERSION = 2,
  GRADLOOM_ERR_BAD_KIND = 3,
  GRADLOOM_ERR_RESERVED = 4,
  GRADLOOM_ERR_BAD_SYNC = 5,
  GRADLOOM_ERR_BAD_BUFFER = 6,
  GRADLOOM_ERR_ZERO_SIZE = 7,
  GRADLOOM_ERR_NO_FIT = 8,
  GRADLOOM_ERR_BAD_ADDRESS = 9,
  GRADLOOM_ERR_BAD_LANES = 10,
  GRADLOOM_ERR_BAD_TARGET = 11,
  GRADLOOM_ERR_NO_END = 12,
  GRADLOOM_ERR_BAD_FIELD = 13,
  GRADLOOM_ERR_TOKEN_OVERFLOW = 14,
  GRADLOOM_ERR_DEADLOCK = 15,
  GRADLOOM_ERR_COMMAND = 16, /* + completion code of the command, 1..15 */
  GRADLOOM_ERR_READ_SLVERR = 33,
  GRADLOOM_ERR_READ_DECERR = 34,
  GRADLOOM_ERR_WRITE_SLVERR = 35,
  GRADLOOM_ERR_WRITE_DECERR = 36,
  GRADLOOM_ERR_TIMEOUT = 37
};

/* How a run stands. */
typedef struct gradloom_status {
  int running;
  int done;
  int error;
  int draining;       /* transactions of an ended or cut run are outstanding */
  uint32_t code;      /* GRADLOOM_ERR_... */
  uint32_t index;     /* of the descriptor of the error */
  uint32_t iteration; /* iterations begun before the present one */
} gradloom_status;

/* Counters of a run: the first is the sum of the next four. */
typedef struct gradloom_run_counters {
  uint64_t run_cycles;
  uint64_t compute_cycles;
  uint64_t load_cycles;
  uint64_t drain_cycles;
  uint64_t bus_cycles;
  uint64_t read_beats;
  uint64_t write_beats;
  uint64_t fetch_beats;
} gradloom_run_counters;

/* Touches no register. */
void gradloom_init(gradloom_device *dev, const gradloom_design *design, gradloom_read_fn read,
                   gradloom_write_fn write, void *user);

/* Makes sure that the accelerator is there and is that of `design`. */
gradloom_result gradloom_probe(gradloom_device *dev);

/* --- A run ------------------------------------------------------------------------------------- */

/* What the next runs do; values stay until they are set again. GRADLOOM_E_BUSY during a run. */
gradloom_result gradloom_set_list(gradloom_device *dev, uint64_t address, uint32_t length);
gradloom_result gradloom_set_batches(gradloom_device *dev, uint32_t batches); /* 1..65535 */
gradloom_result gradloom_set_timeout(gradloom_device *dev, uint32_t cycles);  /* 0: never */
gradloom_result gradloom_set_seed(gradloom_device *dev, uint32_t seed);

/* Starts the list. Interrupts of earlier runs are cleared. */
gradloom_result gradloom_start(gradloom_device *dev);

/* GRADLOOM_OK: done. GRADLOOM_E_BUSY: still running. GRADLOOM_E_RUN: ended with an error.
 * GRADLOOM_E_NO_RUN. `status` may be NULL. */
gradloom_result gradloom_poll(gradloom_device *dev, gradloom_status *status);

/* Polls until the run has ended, at most `bound` times (0: for ever), with `idle` (may be NULL)
 * between. As gradloom_poll(), with GRADLOOM_E_BOUND and GRADLOOM_E_STOPPED for an end of the
 * waiting while the run goes on. */
gradloom_result gradloom_wait(gradloom_device *dev, gradloom_idle_fn idle, void *idle_user,
                              uint32_t bound, gradloom_status *status);

/* Stops everything and waits, as above, until nothing of the old run is outstanding on the bus.
 * After GRADLOOM_E_BOUND and GRADLOOM_E_STOPPED the device still drains and starts nothing. With
 * `force` it forgets what is outstanding and does not wait: only if the other side of the bus was
 * reset too. The contents of the banks are lost; set list, batches, timeout, seed and interrupts
 * again. */
gradloom_result gradloom_reset(gradloom_device *dev, int force, gradloom_idle_fn idle,
                               void *idle_user, uint32_t bound);

/* --- Interrupts: bits GRADLOOM_IRQ_... --------------------------------------------------------- */

void gradloom_irq_enable(gradloom_device *dev, uint32_t bits);
uint32_t gradloom_irq_status(gradloom_device *dev);
void gradloom_irq_clear(gradloom_device *dev, uint32_t bits);
/* Clears the interrupts that are enabled and returns them: the body of a handler. */
uint32_t gradloom_irq_take(gradloom_device *dev);

/* --- Counters ---------------------------------------------------------------------------------- */

/* A counter of 64 bits, also while it counts: `offset` is that of its low half. */
uint64_t gradloom_counter(gradloom_device *dev, uint32_t offset);
void gradloom_get_run_counters(gradloom_device *dev, gradloom_run_counters *counters);
/* Sets the event counters and HOST_ERRORS to 0. GRADLOOM_E_BUSY during a run. */
gradloom_result gradloom_clear_counters(gradloom_device *dev);

/* --- Names ------------------------------------------------------------------------------------- */

#ifndef GRADLOOM_HAL_NO_NAMES
/* The name of an error code in docs/bus.md, "command_..." for those of a command. Never NULL. */
const char *gradloom_error_name(uint32_t code);
const char *gradloom_result_name(gradloom_result result);
#endif

/* --- Memory format (docs/bus.md, section 2) ---------------------------------------------------- */

/* A matrix of `rows` x `cols` elements lies in memory as blocks of columns: block j holds columns
 * j*lanes .. j*lanes + lanes - 1, a vector of them for each row. For X, DELTA, Y, DX and DERIV the
 * rows are the samples of the batch; for W and DW the input features; BIAS has one row.
 * `block_stride` is the distance of two blocks in bytes, 0: one directly behind the other. */

/* Bytes of a vector, a block, and a matrix with the blocks one behind the other. */
size_t gradloom_vector_bytes(const gradloom_design *design, int buffer);
size_t gradloom_block_bytes(const gradloom_design *design, int buffer, uint32_t rows);
size_t gradloom_matrix_bytes(const gradloom_design *design, int buffer, uint32_t rows,
                             uint32_t cols);

/* From and to plain arrays [rows][cols]. Packing writes whole vectors: zeros for the lanes beyond
 * the last column. Values that an element cannot hold lose their upper bits. The variants with
 * 32-bit arrays are for elements of up to 4 bytes. */
void gradloom_pack(const gradloom_design *design, int buffer, const int32_t *from, uint32_t rows,
                   uint32_t cols, void *to, size_t block_stride);
void gradloom_pack64(const gradloom_design *design, int buffer, const int64_t *from, uint32_t rows,
                     uint32_t cols, void *to, size_t block_stride);
void gradloom_unpack(const gradloom_design *design, int buffer, const void *from,
                     size_t block_stride, int32_t *to, uint32_t rows, uint32_t cols);
void gradloom_unpack64(const gradloom_design *design, int buffer, const void *from,
                       size_t block_stride, int64_t *to, uint32_t rows, uint32_t cols);

#ifdef __cplusplus
}
#endif

#endif
