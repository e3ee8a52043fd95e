/** Logistic regression, trained by stochastic gradient descent: a small but real model. */
import type { Example } from './signals';

export interface LinearModel {
  /** One per feature, for features scaled by `means` and `deviations`. */
  weights: number[];
  bias: number;
  means: number[];
  deviations: number[];
}

export interface TrainOptions {
  epochs?: number;
  learningRate?: number;
  /** Returns numbers from 0 to 1; determines the order of the examples. */
  random: () => number;
}

/** @param examples at least one, all with the same number of features */
export function train(
  examples: readonly Example[],
  { epochs = 20, learningRate = 0.05, random }: TrainOptions
): LinearModel {
  const width = examples[0]?.features.length ?? 0;
  const columns = Array.from({ length: width }, (_, k) => examples.map(({ features }) => features[k] as number));
  const means = columns.map((column) => column.reduce((sum, x) => sum + x, 0) / column.length);
  const deviations = columns.map((column, k) => {
    const variance = column.reduce((sum, x) => sum + (x - (means[k] as number)) ** 2, 0) / column.length;
    return Math.sqrt(variance) || 1;
  });
  const model: LinearModel = { weights: new Array<number>(width).fill(0), bias: 0, means, deviations };
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let n = 0; n < examples.length; n++) {
      const { features, label } = examples[Math.floor(random() * examples.length)] as Example;
      const scaled = scale(model, features);
      const error = probability(model, scaled) - label;
      model.bias -= learningRate * error;
      scaled.forEach((x, k) => (model.weights[k] = (model.weights[k] as number) - learningRate * error * x));
    }
  }
  return model;
}

/** The probability, from 0 to 1, that the label is 1. */
export function predict(model: LinearModel, features: readonly number[]): number {
  return probability(model, scale(model, features));
}

/** Share of the examples that the model classifies correctly, from 0 to 1. */
export function accuracyOf(model: LinearModel, examples: readonly Example[]): number {
  const right = examples.filter(({ features, label }) => predict(model, features) > 0.5 === (label === 1));
  return right.length / examples.length;
}

function scale({ means, deviations }: LinearModel, features: readonly number[]): number[] {
  return features.map((x, k) => (x - (means[k] as number)) / (deviations[k] as number));
}

function probability({ weights, bias }: LinearModel, scaled: readonly number[]): number {
  return 1 / (1 + Math.exp(-scaled.reduce((sum, x, k) => sum + x * (weights[k] as number), bias)));
}
