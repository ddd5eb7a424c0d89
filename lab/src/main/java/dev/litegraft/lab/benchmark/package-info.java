/** How fast files are on this machine: latency, start, memory, and the share of its peak. */
@NullMarked
package dev.litegraft.lab.benchmark;

import org.jspecify.annotations.NullMarked;
