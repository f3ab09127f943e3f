/**
 * What the `quantization_config` of a checkpoint says about its weights. The same tensor `weight_scale` means two
 * opposite things, and only this block of `config.json` tells which.
 *
 *     linear_class   quantization_mode   weights in the file        scale of the weights
 *     bitlinear      offline             packed, four trits a byte  1 / weight_scale
 *     autobitlinear  offline             packed, four trits a byte  weight_scale
 *     autobitlinear  online              float masters              mean absolute weight, computed on loading
 *
 * Source: HF transformers `integrations/bitnet.py` and `BitNetQuantConfig` of `utils/quantization_config.py`; both
 * keys are absent from files of 2024, which are bitlinear and offline.
 *
 * NOT MODELLED: `use_rms_norm` (a norm in front of every projection); modules other than the head left unquantized.
 */
import { z } from 'zod';
import { TritsimError } from '../errors/error.ts';
import { checkJson } from './schema.ts';

export type WeightForm = 'packed-divide' | 'packed-multiply' | 'masters';

const schema = z.strictObject({
  quant_method: z.literal('bitnet'),
  linear_class: z.enum(['bitlinear', 'autobitlinear']).default('bitlinear'),
  quantization_mode: z.enum(['offline', 'online']).default('offline'),
  modules_to_not_convert: z.array(z.literal('lm_head')).nullish(),
  use_rms_norm: z.literal(false).nullish(),
  rms_norm_eps: z.number().nullish(),
});

/**
 * The form of the weights that a `quantization_config` declares.
 *
 * A config without the block is refused: transformers would run such a model in full precision, and whether its
 * floats are masters of trits is not for the engine to guess.
 *
 * @param config the block, undefined where there is none
 * @throws CONFIG_NOT_QUANTIZED, CONFIG_INVALID
 */
export function weightForm(config: unknown, place: string): WeightForm {
  if (config === undefined || config === null) {
    throw new TritsimError(
      'CONFIG_NOT_QUANTIZED',
      'has no quantization_config, so its weights are not ternary',
      {
        place,
        hint:
          'If they are masters to be ternarized by their absolute mean, add "quantization_config": ' +
          '{"quant_method": "bitnet", "linear_class": "autobitlinear", "quantization_mode": "online"}.',
      },
    );
  }
  const { linear_class: kind, quantization_mode: mode } = checkJson(
    schema,
    config,
    `${place}: quantization_config`,
  );
  if (kind === 'autobitlinear') return mode === 'offline' ? 'packed-multiply' : 'masters';
  if (mode === 'offline') return 'packed-divide';
  throw new TritsimError('CONFIG_INVALID', "the linear_class 'bitlinear' has no online mode", {
    place: `${place}: quantization_config`,
    hint: "Masters quantized on loading belong to the linear_class 'autobitlinear'.",
  });
}
