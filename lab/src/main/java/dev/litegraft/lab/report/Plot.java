package dev.litegraft.lab.report;

import static dev.litegraft.lab.report.Html.escaped;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Points, lines and bars over two axes, as an inline SVG that follows the page's colours. Series
 * are told apart by their letters, too, for print.
 */
public final class Plot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 300;
  private static final int LEFT = 56;
  private static final int RIGHT = 16;
  private static final int TOP = 12;
  private static final int BOTTOM = 40;
  private static final int TICKS = 5;
  private static final int COLOURS = 6;

  private final String title;
  private final Axis x;
  private final Axis y;
  private final List<String> marks = new ArrayList<>();

  /**
   * An axis.
   *
   * @param name what it counts, with its unit
   * @param low where it begins
   * @param high where it ends, above {@code low}
   */
  public record Axis(String name, double low, double high) {
    /** An axis around numbers, with some room. */
    public static Axis around(String name, List<Double> numbers) {
      double low = numbers.stream().mapToDouble(Double::doubleValue).min().orElse(0);
      double high = numbers.stream().mapToDouble(Double::doubleValue).max().orElse(1);
      double room = high > low ? (high - low) * 0.1 : Math.max(Math.abs(high) * 0.1, 1e-6);
      return new Axis(name, low - room, high + room);
    }

    /** An axis from 0 to above the numbers. */
    public static Axis fromZero(String name, List<Double> numbers) {
      double high = numbers.stream().mapToDouble(Double::doubleValue).max().orElse(1);
      return new Axis(name, 0, high > 0 ? high * 1.05 : 1);
    }

    /** An axis of whole numbers from 0. */
    public static Axis counting(String name, List<Double> numbers) {
      double high = numbers.stream().mapToDouble(Double::doubleValue).max().orElse(1);
      return new Axis(name, 0, TICKS * Math.max(1, Math.ceil(high / TICKS)));
    }

    private double part(double value) {
      return (value - low) / (high - low);
    }
  }

  /**
   * Without a mark yet.
   *
   * @param title what it shows, for those who cannot see it
   */
  public Plot(String title, Axis x, Axis y) {
    this.title = title;
    this.x = x;
    this.y = y;
  }

  private double left(double value) {
    return LEFT + x.part(value) * (WIDTH - LEFT - RIGHT);
  }

  private double top(double value) {
    return HEIGHT - BOTTOM - y.part(value) * (HEIGHT - TOP - BOTTOM);
  }

  /** A point with its interval from {@code low} to {@code high} and its letter. */
  public Plot point(int series, String letter, double atX, double atY, double low, double high) {
    marks.add(
        text(
            "<line class=\"l%d\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
                + "<circle class=\"d%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>"
                + "<text class=\"name\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
            series % COLOURS,
            left(atX),
            left(atX),
            top(low),
            top(high),
            series % COLOURS,
            left(atX),
            top(atY),
            left(atX) + 8,
            top(atY) - 6,
            escaped(letter)));
    return this;
  }

  /** A line through points, with its letter at its end. */
  public Plot line(int series, String letter, List<double[]> points) {
    StringBuilder path = new StringBuilder();
    for (double[] point : points) {
      path.append(text("%.1f,%.1f ", left(point[0]), top(point[1])));
      marks.add(
          text(
              "<circle class=\"d%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>%n",
              series % COLOURS, left(point[0]), top(point[1])));
    }
    marks.add(text("<polyline class=\"l%d\" points=\"%s\"/>%n", series % COLOURS, path));
    if (!points.isEmpty()) {
      double[] last = points.get(points.size() - 1);
      marks.add(
          text(
              "<text class=\"name\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
              Math.min(WIDTH - 12, left(last[0]) + 5), top(last[1]) - 6, escaped(letter)));
    }
    return this;
  }

  /** The line on which both numbers are equal. */
  public Plot diagonal() {
    double from = Math.max(x.low(), y.low());
    double to = Math.min(x.high(), y.high());
    marks.add(
        text(
            "<line class=\"axis\" stroke-dasharray=\"4 4\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\""
                + " y2=\"%.1f\"/>%n",
            left(from), top(from), left(to), top(to)));
    return this;
  }

  /** A bar from 0 up, between two places of the horizontal axis. */
  public Plot bar(int series, double from, double to, double height) {
    marks.add(
        text(
            "<rect class=\"d%d\" x=\"%.1f\" width=\"%.1f\" y=\"%.1f\" height=\"%.1f\"/>%n",
            series % COLOURS,
            left(from),
            Math.max(1, left(to) - left(from) - 1),
            top(height),
            top(0) - top(height)));
    return this;
  }

  /** The letter of a series whose bars have none, from the right. */
  public Plot key(int series, String letter, int place) {
    int x = WIDTH - RIGHT - 36 * (place + 1);
    marks.add(
        text(
            "<rect class=\"d%d\" x=\"%d\" width=\"10\" y=\"%d\" height=\"10\"/>"
                + "<text class=\"name\" x=\"%d\" y=\"%d\">%s</text>%n",
            series % COLOURS, x, TOP + 4, x + 14, TOP + 13, escaped(letter)));
    return this;
  }

  /** The SVG. */
  public String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        text(
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
            WIDTH, HEIGHT, escaped(title)));
    for (int i = 0; i <= TICKS; i++) {
      double atY = y.low() + (y.high() - y.low()) * i / TICKS;
      svg.append(
          text(
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                  + "<text x=\"2\" y=\"%.1f\">%s</text>%n",
              LEFT, WIDTH - RIGHT, top(atY), top(atY), top(atY) + 4, number(atY)));
      double atX = x.low() + (x.high() - x.low()) * i / TICKS;
      svg.append(
          text(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>%n",
              left(atX), HEIGHT - BOTTOM + 16, i == TICKS ? "end" : "middle", number(atX)));
    }
    marks.forEach(svg::append);
    svg.append(
        text(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n</svg>%n",
            (WIDTH + LEFT) / 2, HEIGHT - 6, escaped(x.name() + "  ·  upwards: " + y.name())));
    return svg.toString();
  }

  private static String number(double value) {
    double size = Math.abs(value);
    return text(
        size >= 100 || value == Math.rint(value)
            ? "%.0f"
            : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f",
        value);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
