// The zero-skip array at the tile player (tile_player.sv says what it reads and prints): INPUTS = LANES x WINDOW.
module zero_skip_bench;
  parameter int LANES = 4;
  parameter int OUTPUTS = 2;
  parameter int WINDOW = 4;
  parameter int QUEUE = 2;
  parameter int SKIP_ACTIVATIONS = 0;
  parameter int LANE_BITS = 16;
  parameter int TREE = 1;
  parameter int ACCUMULATE = 1;
  parameter int ACC_BITS = 24;
  parameter int DEPTH = 64;
  parameter int LINES = 256;
  localparam int ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam int INPUTS = LANES * WINDOW;

  logic clock, reset, valid, ready, first, resume, last, new_weights, result_valid, result_last;
  logic [ADDRESS_BITS-1:0] address, result_address;
  logic [INPUTS*8-1:0] activations;
  logic [OUTPUTS*INPUTS*2-1:0] weights;
  logic [OUTPUTS*ACC_BITS-1:0] results;
  tile_player #(
      .INPUTS(INPUTS),
      .OUTPUTS(OUTPUTS),
      .ACC_BITS(ACC_BITS),
      .OUTPUT_STATIONARY(1),
      .DEPTH(DEPTH),
      .LINES(LINES),
      .BEAT_CYCLES(WINDOW),
      .DRAIN_CYCLES(TREE + ACCUMULATE + 2)
  ) player (
      .*
  );
  zero_skip #(
      .LANES(LANES),
      .OUTPUTS(OUTPUTS),
      .WINDOW(WINDOW),
      .QUEUE(QUEUE),
      .SKIP_ACTIVATIONS(SKIP_ACTIVATIONS != 0),
      .LANE_BITS(LANE_BITS),
      .TREE(TREE),
      .ACCUMULATE(ACCUMULATE),
      .ACC_BITS(ACC_BITS),
      .DEPTH(DEPTH)
  ) array (
      .*
  );
endmodule
