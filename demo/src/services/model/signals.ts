/**
 * Generates short synthetic radio signals, and the features by which a classifier distinguishes a carrier from noise.
 */

const SAMPLES = 64;
/** Relative to noise of deviation 1: weak enough that even a good classifier makes errors. */
const CARRIER_AMPLITUDE = 0.9;

/** A labelled example: `label` is 1 for a signal with a carrier, 0 for noise. */
export interface Example {
  features: number[];
  label: 0 | 1;
}

/** A generator of numbers from 0 to 1, deterministic for a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The example for a seed, deterministic. */
export function exampleFrom(seed: number): Example {
  const random = randomFrom(seed);
  const label = random() < 0.5 ? 0 : 1;
  const frequency = 0.05 + 0.4 * random();
  const phase = 2 * Math.PI * random();
  const signal = Array.from({ length: SAMPLES }, (_, n) => {
    const noise = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return noise + label * CARRIER_AMPLITUDE * Math.sin(2 * Math.PI * frequency * n + phase);
  });
  return { features: featuresOf(signal), label };
}

export function examplesFrom(firstSeed: number, count: number): Example[] {
  return Array.from({ length: count }, (_, n) => exampleFrom(firstSeed + n));
}

/** Peak to median, second peak to median, power, autocorrelation, kurtosis. */
function featuresOf(signal: number[]): number[] {
  const spectrum = spectrumOf(signal).sort((a, b) => b - a);
  const median = spectrum[Math.floor(spectrum.length / 2)] as number;
  const power = mean(signal.map((x) => x * x));
  const autocorrelation = mean(signal.slice(2).map((x, n) => x * (signal[n] as number))) / power;
  const kurtosis = mean(signal.map((x) => x ** 4)) / power ** 2;
  return [
    Math.log((spectrum[0] as number) / median),
    Math.log((spectrum[1] as number) / median),
    power,
    autocorrelation,
    kurtosis,
  ];
}

// Precomputed, because training needs millions of values and must not block the service.
const COSINE = Array.from({ length: SAMPLES }, (_, n) => Math.cos((2 * Math.PI * n) / SAMPLES));
const SINE = Array.from({ length: SAMPLES }, (_, n) => Math.sin((2 * Math.PI * n) / SAMPLES));

/** Power at each of the frequencies 1/SAMPLES, 2/SAMPLES, … below one half of the sampling rate. */
function spectrumOf(signal: number[]): number[] {
  return Array.from({ length: SAMPLES / 2 - 1 }, (_, index) => {
    let real = 0;
    let imaginary = 0;
    for (let n = 0; n < SAMPLES; n++) {
      const angle = ((index + 1) * n) % SAMPLES;
      real += (signal[n] as number) * (COSINE[angle] as number);
      imaginary -= (signal[n] as number) * (SINE[angle] as number);
    }
    return (real * real + imaginary * imaginary) / SAMPLES;
  });
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
