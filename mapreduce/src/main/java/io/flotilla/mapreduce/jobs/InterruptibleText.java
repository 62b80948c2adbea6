package io.flotilla.mapreduce.jobs;

import java.util.concurrent.CancellationException;

/** A text on which a regular expression that backtracks for ever can be stopped: by interrupting its thread. */
record InterruptibleText(String text) implements CharSequence {
  @Override
  public char charAt(int index) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted while a regular expression was being matched");
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
