/**
 * Answers texts in the columns of Spark's tables: transformers of Spark ML, and SQL functions. One
 * model a file and executor process; what runs on executors is the runtime, and no converter.
 */
@NullMarked
package dev.litegraft.spark;

import org.jspecify.annotations.NullMarked;
