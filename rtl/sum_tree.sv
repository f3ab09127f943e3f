// A tree of adders over INPUTS signed operands, cut into pipeline stages.
//
// ceil(log2 INPUTS) levels; level l adds WIDTH + l - 1 bits into WIDTH + l. CUTS registers at equal levels, cut c after
// level round(LEVELS * c / CUTS), the last at the root. KEPT of them are built: an array that adds its accumulator in the
// tree's last stage leaves the one at the root out.
// One result a cycle, KEPT cycles after its operands.
module sum_tree #(
    parameter int INPUTS = 8,
    parameter int WIDTH  = 8,
    parameter int CUTS   = 1,
    parameter int KEPT   = CUTS,
    localparam int LEVELS = $clog2(INPUTS)
) (
    input  logic                    clock,
    input  logic [INPUTS*WIDTH-1:0] operands,
    input  logic [      INPUTS-1:0] carries,
    output logic [WIDTH+LEVELS-1:0] sum,
    output logic                    carry
);
  // Registers after level `at`; round half up in integers.
  function automatic int cuts_at(input int at);
    cuts_at = 0;
    for (int c = 1; c <= KEPT; c++) begin
      if ((2 * LEVELS * c + CUTS) / (2 * CUTS) == at) cuts_at = cuts_at + 1;
    end
  endfunction

  genvar l;
  generate
    for (l = 0; l <= LEVELS; l++) begin : level
      localparam int COUNT = (INPUTS + (1 << l) - 1) >> l;
      localparam int BITS = WIDTH + l;
      logic [COUNT*BITS-1:0] added, sums;
      logic [COUNT-1:0] added_carries, left;
      if (l == 0) begin : leaves
        assign added = operands;
        assign added_carries = carries;
      end else begin : adders
        tree_level #(
            .COUNT((INPUTS + (1 << (l - 1)) - 1) >> (l - 1)),
            .WIDTH(BITS - 1)
        ) adders (
            .operands(level[l-1].sums),
            .carries(level[l-1].left),
            .sums(added),
            .left_carries(added_carries)
        );
      end
      delay #(
          .WIDTH (COUNT * (BITS + 1)),
          .CYCLES(cuts_at(l))
      ) cut (
          .clock,
          .reset(1'b0),
          .in ({added, added_carries}),
          .out({sums, left})
      );
    end
  endgenerate

  assign sum   = level[LEVELS].sums;
  assign carry = level[LEVELS].left[0];
endmodule
