// COUNT lanes side by side: each chooses +x, -x or 0 by its trit.
//
// A trit arrives as the code t + 1 of the trace and of two-bit packing: 0 is -1, 1 is 0, 2 is +1; 3 counts as 0.
// -x leaves as its ones' complement with `minus` set; whoever adds it adds that one as a carry. So a lane keeps the
// width of x even for -(-128), and needs no adder of its own.
module ternary_lanes #(
    parameter int COUNT = 1,
    parameter int WIDTH = 8
) (
    input  logic [    COUNT*2-1:0] trits,
    input  logic [COUNT*WIDTH-1:0] x,
    output logic [COUNT*WIDTH-1:0] selected,
    output logic [      COUNT-1:0] minus
);
  always_comb begin
    for (int i = 0; i < COUNT; i++) begin
      minus[i] = trits[2*i+:2] == 2'b00;
      selected[i*WIDTH+:WIDTH] = {WIDTH{~trits[2*i]}} & (x[i*WIDTH+:WIDTH] ^ {WIDTH{trits[2*i+:2] == 2'b00}});
    end
  end
endmodule
