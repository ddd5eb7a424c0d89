package dev.litegraft.lab.reference;

/**
 * The error function to about 1e-16.
 *
 * <p>Source: W. J. Cody, Rational Chebyshev Approximations for the Error Function, Mathematics of
 * Computation 23 (1969), in the coefficients of his program CALERF, as the nearest f64.
 */
final class Erf {
  private static final double ONE_OVER_SQRT_PI = 0.5641895835477563;

  // Coefficients stand highest power first; every denominator begins with 1.
  private static final double[] NEAR_OVER = {
    0.18577770618460315,
    3.1611237438705655,
    113.86415415105016,
    377.485237685302,
    3209.3775891384694
  };
  private static final double[] NEAR_UNDER = {
    1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171
  };
  private static final double[] MIDDLE_OVER = {
    2.1531153547440383e-8,
    0.5641884969886701,
    8.883149794388377,
    66.11919063714163,
    298.6351381974001,
    881.952221241769,
    1712.0476126340707,
    2051.0783778260716,
    1230.3393547979972
  };
  private static final double[] MIDDLE_UNDER = {
    1,
    15.744926110709835,
    117.6939508913125,
    537.1811018620099,
    1621.3895745666903,
    3290.7992357334597,
    4362.619090143247,
    3439.3676741437216,
    1230.3393548037495
  };
  private static final double[] FAR_OVER = {
    0.016315387137302097,
    0.30532663496123236,
    0.36034489994980445,
    0.12578172611122926,
    0.016083785148742275,
    0.0006587491615298378
  };
  private static final double[] FAR_UNDER = {
    1,
    2.568520192289822,
    1.8729528499234673,
    0.5279051029514285,
    0.06051834131244132,
    0.0023352049762686918
  };

  private Erf() {}

  /** {@code 2/√π · ∫ exp(−s²) ds} from 0 to x. */
  static double erf(double x) {
    double size = Math.abs(x);
    if (size <= 0.46875) {
      return x * ratio(NEAR_OVER, NEAR_UNDER, x * x);
    }
    return Math.copySign(1 - complement(size), x);
  }

  /** 1 − erf(x), for x > 0.46875. */
  private static double complement(double x) {
    if (x <= 4) {
      return Math.exp(-x * x) * ratio(MIDDLE_OVER, MIDDLE_UNDER, x);
    }
    double inverseSquare = 1 / (x * x);
    double tail = inverseSquare * ratio(FAR_OVER, FAR_UNDER, inverseSquare);
    return Math.exp(-x * x) * (ONE_OVER_SQRT_PI - tail) / x;
  }

  private static double ratio(double[] over, double[] under, double x) {
    return polynomial(over, x) / polynomial(under, x);
  }

  private static double polynomial(double[] coefficients, double x) {
    double sum = 0;
    for (double c : coefficients) {
      sum = sum * x + c;
    }
    return sum;
  }
}
