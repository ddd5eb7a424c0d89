package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.report.Html;
import dev.litegraft.lab.verification.LayerDifference;
import java.util.List;
import java.util.Locale;

/** The relative difference of each value as a bar, on a logarithmic scale: an inline SVG. */
final class LayerPlot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 220;
  private static final int LEFT = 44;
  private static final int BOTTOM = 18;
  private static final int SMALLEST = -8;
  private static final int LARGEST = 2;

  private LayerPlot() {}

  static String of(List<LayerDifference> layers) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        text(
            "<svg class=\"bars\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"relative difference of"
                + " each value, logarithmic\">%n",
            WIDTH, HEIGHT));
    for (int power = SMALLEST; power <= LARGEST; power += 2) {
      double y = y(power);
      svg.append(
          text(
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                  + "<text x=\"%d\" y=\"%.1f\">1e%d</text>%n",
              LEFT, WIDTH, y, y, 2, y + 4, power));
    }
    double step = (double) (WIDTH - LEFT) / Math.max(1, layers.size());
    double foot = y(SMALLEST);
    for (int i = 0; i < layers.size(); i++) {
      LayerDifference layer = layers.get(i);
      double top = y(Math.log10(Math.max(1e-30, layer.relative())));
      svg.append(
          text(
              "<rect class=\"%s\" x=\"%.2f\" width=\"%.2f\" y=\"%.1f\" height=\"%.1f\">"
                  + "<title>%s: %.2e</title></rect>%n",
              layer.departs() ? "bad" : "ok",
              LEFT + i * step + step * 0.1,
              step * 0.8,
              top,
              Math.max(1, foot - top),
              Html.escaped(layer.name()),
              layer.relative()));
    }
    return svg.append("</svg>\n").toString();
  }

  private static double y(double power) {
    double within = Math.max(SMALLEST, Math.min(LARGEST, Double.isNaN(power) ? LARGEST : power));
    return (HEIGHT - BOTTOM) * (LARGEST - within) / (LARGEST - SMALLEST) + BOTTOM / 2.0;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
