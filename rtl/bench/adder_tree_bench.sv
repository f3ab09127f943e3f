// Runs tiles from a file through the adder-tree array behind an ideal memory, and prints results and cycles.
//
//     vvp ... +tiles=FILE
//
// FILE, whitespace-separated hexadecimal: the number of tiles; then for each tile `rows k_blocks n_blocks resume`, the
// lines of activations [row][k_block] (INPUTS bytes, input 0 lowest) and of weights [n_block][k_block] (OUTPUTS x
// INPUTS codes of two bits, output 0, input 0 lowest). Resume 1: the tile goes on from the partial sums of the last one.
// Printed: `result TILE ADDRESS SUMS` (hexadecimal, output 0 lowest) for each finished one, and `cycles TILE FIRST LAST`:
// the cycles of the first valid operand and of the last valid result.
module adder_tree_bench;
  parameter int INPUTS = 8;
  parameter int OUTPUTS = 4;
  parameter int SELECT = 1;
  parameter int TREE = 2;
  parameter int ACCUMULATE = 1;
  parameter int ACC_BITS = 24;
  parameter int OUTPUT_STATIONARY = 0;
  // Results and lines that the largest tile of the file needs.
  parameter int DEPTH = 64;
  parameter int LINES = 256;
  localparam int ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;

  logic clock = 0, reset = 1, start = 0, resume = 0;
  always #1 clock = !clock;
  int cycle = 0;
  always @(posedge clock) cycle <= cycle + 1;

  logic [15:0] rows, k_blocks, n_blocks, row, k_block, n_block, address;
  logic valid, first, last, new_weights;
  tile_sequencer #(
      .BITS(16),
      .OUTPUT_STATIONARY(OUTPUT_STATIONARY != 0)
  ) sequencer (
      .*
  );

  // Ideal memory: the line of a beat is there in its cycle; a weight line only when it is asked for.
  logic [INPUTS*8-1:0] activation_lines[LINES];
  logic [OUTPUTS*INPUTS*2-1:0] weight_lines[LINES];
  wire [INPUTS*8-1:0] activations = valid ? activation_lines[row*k_blocks+k_block] : 'x;
  wire [OUTPUTS*INPUTS*2-1:0] weights = valid && new_weights ? weight_lines[n_block*k_blocks+k_block] : 'x;

  logic result_valid, result_last;
  logic [ADDRESS_BITS-1:0] result_address;
  logic [OUTPUTS*ACC_BITS-1:0] results;
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
      .address(address[ADDRESS_BITS-1:0]),
      .*
  );

  int tile = 0, tiles = 0, first_cycle = -1, last_cycle = -1, wanted = 0;
  always @(posedge clock) begin
    if (valid && first_cycle < 0) first_cycle = cycle;
    if (!reset && result_valid === 1'bx) $fatal(1, "a result is neither valid nor not");
    if (!reset && result_valid) begin
      last_cycle = cycle;
      if (result_last) begin
        $display("result %0d %0d %h", tile, result_address, results);
        wanted--;
      end
    end
  end

  int file, got;
  string path;
  int count, resumes;
  initial begin
    if (SELECT + TREE + ACCUMULATE < 1) $fatal(1, "the array has no stage");
    if (!$value$plusargs("tiles=%s", path)) $fatal(1, "no +tiles=FILE");
    file = $fopen(path, "r");
    if (file == 0) $fatal(1, "cannot open %s", path);
    got = $fscanf(file, "%h", tiles);
    repeat (SELECT + TREE + ACCUMULATE + 1) @(negedge clock);
    reset = 0;
    for (tile = 0; tile < tiles; tile++) begin
      got = $fscanf(file, "%h %h %h %h", rows, k_blocks, n_blocks, resumes);
      if (got != 4) $fatal(1, "tile %0d: no size", tile);
      if (rows * n_blocks > DEPTH || rows * k_blocks > LINES || n_blocks * k_blocks > LINES)
        $fatal(1, "tile %0d is larger than the bench", tile);
      for (count = 0; count < rows * k_blocks; count++)
        got = got + $fscanf(file, "%h", activation_lines[count]);
      for (count = 0; count < n_blocks * k_blocks; count++)
        got = got + $fscanf(file, "%h", weight_lines[count]);
      if (got != 4 + (rows + n_blocks) * k_blocks) $fatal(1, "tile %0d: too few lines", tile);
      resume = resumes != 0;
      first_cycle = -1;
      wanted = rows * n_blocks;
      start = 1;
      @(negedge clock) start = 0;
      count = cycle + rows * k_blocks * n_blocks + SELECT + TREE + ACCUMULATE;
      while (valid || wanted > 0) begin
        if (cycle > count) $fatal(1, "tile %0d: %0d results have not come", tile, wanted);
        @(negedge clock);
      end
      // No result may follow the last one.
      repeat (SELECT + TREE + ACCUMULATE + 1) @(negedge clock);
      if (wanted != 0) $fatal(1, "tile %0d: %0d results too many", tile, -wanted);
      $display("cycles %0d %0d %0d", tile, first_cycle, last_cycle);
    end
    $finish;
  end
endmodule
