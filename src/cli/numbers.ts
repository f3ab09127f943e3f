/** Numbers on the command line, refused by commander with the option's name where they are not what they should be. */
import { InvalidArgumentError } from 'commander';

/** A whole number from 0. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new InvalidArgumentError('It must be a whole number, such as 16.');
  }
  return Number(text);
}

/** A whole number from 1. */
export function positiveWholeNumber(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('It must be at least 1.');
  return number;
}

/** A decimal number from 0. */
export function decimalNumber(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number, such as 0.8.');
  return Number(text);
}

/** A decimal number from 0 to 1. */
export function fractionNumber(text: string): number {
  const value = decimalNumber(text);
  if (value > 1) throw new InvalidArgumentError('It must be from 0 to 1.');
  return value;
}

/** Whole numbers separated by commas. */
export function wholeNumbers(text: string): number[] {
  return text.split(',').map((part) => wholeNumber(part.trim()));
}
