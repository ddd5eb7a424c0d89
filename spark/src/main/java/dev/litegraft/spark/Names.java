package dev.litegraft.spark;

import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * Whether two names are one column's, as {@code spark.sql.caseSensitive} says.
 *
 * @param exact whether case matters; by Spark's default it does not
 */
record Names(boolean exact) {
  static final String CASE_SENSITIVE = "spark.sql.caseSensitive";

  /** As a session compares them. */
  static Names of(SparkSession spark) {
    return new Names(Boolean.parseBoolean(spark.conf().get(CASE_SENSITIVE, "false")));
  }

  /** As the session of this thread does, or the default one, or Spark without any. */
  static Names here() {
    var session = SparkSession.getActiveSession().orElse(SparkSession::getDefaultSession);
    return session.isDefined() ? of(session.get()) : new Names(false);
  }

  boolean same(String one, String other) {
    return exact
        ? one.equals(other)
        : one.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
  }

  /** Why a name that is written otherwise is the same. */
  String told(StructField one, StructField other) {
    return one.name().equals(other.name())
        ? ""
        : ", which is \"" + one.name() + "\" where " + CASE_SENSITIVE + " is false";
  }
}
