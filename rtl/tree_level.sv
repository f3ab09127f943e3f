// One level of an adder tree: pairs of signed operands are added into one bit more; an odd last one passes.
//
// Every operand comes with a carry (the one of its ones' complement, see ternary_lanes.sv). An adder takes the carry of
// its right operand in and passes that of its left one on, so a tree of v leaves, v - 1 adders, leaves one carry over.
module tree_level #(
    parameter int COUNT = 2,
    parameter int WIDTH = 8,
    localparam int PAIRS = COUNT / 2,
    localparam int OUT_COUNT = (COUNT + 1) / 2
) (
    input  logic [        COUNT*WIDTH-1:0] operands,
    input  logic [              COUNT-1:0] carries,
    output logic [OUT_COUNT*(WIDTH+1)-1:0] sums,
    output logic [          OUT_COUNT-1:0] left_carries
);
  // One bit wider for the sum, and one below that the carry enters by.
  localparam int WIDE = WIDTH + 2;
  always_comb begin
    for (int i = 0; i < OUT_COUNT; i++) begin
      left_carries[i] = carries[2*i];
      sums[i*(WIDTH+1)+:WIDTH+1] = (WIDTH + 1)'($signed(operands[2*i*WIDTH+:WIDTH]));
    end
    for (int i = 0; i < PAIRS; i++) begin
      sums[i*(WIDTH+1)+:WIDTH+1] = (WIDTH + 1)'((
          WIDE'($signed({operands[2*i*WIDTH+:WIDTH], 1'b1}))
          + WIDE'($signed({operands[(2*i+1)*WIDTH+:WIDTH], carries[2*i+1]}))) >> 1);
    end
  end
endmodule
