#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sixteen digits that change with any file of rtl_templates/.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
LC_ALL=C
cat rtl_templates/* | sha256sum | cut -c1-16
