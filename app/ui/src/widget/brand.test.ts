import { expect, test } from "vitest";

import { luminance, textOn } from "./brand";

test.each(["#000", "#fff", "#2f5d3a", "#ffd400", "#777777", "#767676", "#e4002b"])("text on %s can be read", (color) => {
  const [light, dark] = [luminance(color), luminance(textOn(color))].sort((a, b) => b - a);
  expect(((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)).toBeGreaterThanOrEqual(4.5);
});
