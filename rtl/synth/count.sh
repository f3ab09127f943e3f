#!/usr/bin/env bash
# Cells and transistors of processing elements, as CSV on standard output. Needs Yosys with its ABC.
#
#     rtl/synth/count.sh > docs/data/rtl-transistors.csv
#
# The designs are those of cells.sv, and the lane of the zero-skip array alone, at edge-zero-skip's widths. Each is flattened,
# mapped to NAND, NOR and NOT of two inputs and plain flip-flops, and counted by `stat -tech cmos`: 4 transistors a NAND
# or NOR, 2 a NOT, 16 a flip-flop. No timing is asked of the mapping.
set -euo pipefail
cd "$(dirname "$0")/.."

echo 'design,elements,nand,nor,not,flip_flops,logic_transistors,transistors'
while read -r design top elements parameters; do
  yosys -p "
    read_verilog -sv *.sv synth/cells.sv
    ${parameters:+chparam $parameters $top}
    synth -flatten -top $top
    dfflegalize -cell \$_DFF_P_ x
    abc -g cmos2
    opt_clean
    stat -tech cmos" |
    awk -v design="$design" -v elements="$elements" '
      /Printing statistics/ { delete count; others = 0 }
      $1 ~ /^\$_/ { count[$1] = $2; if ($1 !~ /_(NAND|NOR|NOT|DFF_P)_$/) others = 1 }
      /Estimated number of transistors/ { total = $5 }
      END {
        if (others || total !~ /^[0-9]+$/) { print design ": not mapped as asked" > "/dev/stderr"; exit 1 }
        printf "%s,%d,%d,%d,%d,%d,%d,%d\n", design, elements, count["$_NAND_"], count["$_NOR_"], count["$_NOT_"],
          count["$_DFF_P_"], total - 16 * count["$_DFF_P_"], total
      }'
done <<'DESIGNS'
ternary_cell ternary_cell 1
int8_cell int8_cell 1
fp16_cell fp16_cell 1
ternary_dot ternary_dot 64
int8_dot int8_dot 64
zero_skip_lane_queue_1 zero_skip_lane 1 -set WINDOW 4 -set QUEUE 1 -set LANE_BITS 20
zero_skip_lane_queue_2 zero_skip_lane 1 -set WINDOW 4 -set QUEUE 2 -set LANE_BITS 20
zero_skip_lane_queue_8 zero_skip_lane 1 -set WINDOW 4 -set QUEUE 8 -set LANE_BITS 20
zero_skip_dot_queue_1 zero_skip_dot 16 -set QUEUE 1
zero_skip_dot_queue_2 zero_skip_dot 16 -set QUEUE 2
zero_skip_dot_queue_8 zero_skip_dot 16 -set QUEUE 8
DESIGNS
