// SPDX-License-Identifier: Apache-2.0
// Prints the full name of every signal in an FST file. Built by tests/cli_verify_test.sh with the FST
// library that comes with Verilator: cc -w -I$VERILATOR_ROOT/include/gtkwave fst_names.c -lz
#include <stdio.h>

#define FST_CONFIG_INCLUDE "fst_config.h"
#include "fastlz.c"
#include "fstapi.c"
#include "lz4.c"

int main(int argc, char** argv) {
  void* file = argc == 2 ? fstReaderOpen(argv[1]) : NULL;
  if (file == NULL) {
    fprintf(stderr, "fst_names: cannot read %s\n", argc == 2 ? argv[1] : "nothing");
    return 1;
  }
  for (struct fstHier* h; (h = fstReaderIterateHier(file)) != NULL;) {
    if (h->htyp == FST_HT_SCOPE) {
      fstReaderPushScope(file, h->u.scope.name, NULL);
    } else if (h->htyp == FST_HT_UPSCOPE) {
      fstReaderPopScope(file);
    } else if (h->htyp == FST_HT_VAR) {
      printf("%s.%s %u\n", fstReaderGetCurrentFlatScope(file), h->u.var.name, h->u.var.length);
    }
  }
  fstReaderClose(file);
  return 0;
}
