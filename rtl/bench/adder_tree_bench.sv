// The adder-tree array at the tile player (tile_player.sv says what it reads and prints).
module adder_tree_bench;
  parameter int INPUTS = 8;
  parameter int OUTPUTS = 4;
  parameter int SELECT = 1;
  parameter int TREE = 2;
  parameter int ACCUMULATE = 1;
  parameter int ACC_BITS = 24;
  parameter int OUTPUT_STATIONARY = 0;
  parameter int DEPTH = 64;
  parameter int LINES = 256;
  localparam int ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;

  logic clock, reset, valid, first, resume, last, new_weights, result_valid, result_last;
  logic [ADDRESS_BITS-1:0] address, result_address;
  logic [INPUTS*8-1:0] activations;
  logic [OUTPUTS*INPUTS*2-1:0] weights;
  logic [OUTPUTS*ACC_BITS-1:0] results;
  tile_player #(
      .INPUTS(INPUTS),
      .OUTPUTS(OUTPUTS),
      .ACC_BITS(ACC_BITS),
      .OUTPUT_STATIONARY(OUTPUT_STATIONARY != 0),
      .DEPTH(DEPTH),
      .LINES(LINES),
      .DRAIN_CYCLES(SELECT + TREE + ACCUMULATE + 1)
  ) player (
      .ready(1'b1),
      .*
  );
  adder_tree #(
      .INPUTS(INPUTS),
      .OUTPUTS(OUTPUTS),
      .SELECT(SELECT),
      .TREE(TREE),
      .ACCUMULATE(ACCUMULATE),
      .ACC_BITS(ACC_BITS),
      .DEPTH(DEPTH),
      .OUTPUT_STATIONARY(OUTPUT_STATIONARY != 0)
  ) array (
      .*
  );
  initial if (SELECT + TREE + ACCUMULATE < 1) $fatal(1, "the array has no stage");
endmodule
