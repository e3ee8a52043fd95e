import { StreamingDataFrame } from '@grafana/data';
it('x', () => {
  expect(typeof StreamingDataFrame.empty).toBe('function');
});
