package io.flotilla.persistence.kryo;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.ByteBufferInput;
import com.esotericsoftware.kryo.io.KryoBufferUnderflowException;

/** Input from a whole message in a buffer: allocates nothing that the message is too short to fill. */
final class BoundedInput extends ByteBufferInput {
  @Override
  protected int require(int required) throws KryoException {
    int remaining = limit - position;
    if (remaining < required) {
      // Kryo would look for more and move the bytes of a buffer that is not ours.
      throw new KryoBufferUnderflowException("The message ends " + (required - remaining) + " bytes too early");
    }
    return remaining;
  }

  @Override
  public String readString() {
    if (readVarIntFlag()) {
      int start = position;
      int chars = readVarIntFlag(true) - 1;
      if (chars > 0) {
        bounded(chars);
      }
      setPosition(start);
    }
    return super.readString();
  }

  @Override
  public StringBuilder readStringBuilder() {
    String string = readString();
    return string == null ? null : new StringBuilder(string);
  }

  @Override
  public byte[] readBytes(int length) {
    return super.readBytes(bounded(length));
  }

  @Override
  public int[] readInts(int length) {
    return super.readInts(bounded(length));
  }

  @Override
  public int[] readInts(int length, boolean optimizePositive) {
    return super.readInts(bounded(length), optimizePositive);
  }

  @Override
  public long[] readLongs(int length) {
    return super.readLongs(bounded(length));
  }

  @Override
  public long[] readLongs(int length, boolean optimizePositive) {
    return super.readLongs(bounded(length), optimizePositive);
  }

  @Override
  public float[] readFloats(int length) {
    return super.readFloats(bounded(length));
  }

  @Override
  public double[] readDoubles(int length) {
    return super.readDoubles(bounded(length));
  }

  @Override
  public short[] readShorts(int length) {
    return super.readShorts(bounded(length));
  }

  @Override
  public char[] readChars(int length) {
    return super.readChars(bounded(length));
  }

  @Override
  public boolean[] readBooleans(int length) {
    return super.readBooleans(bounded(length));
  }

  private int bounded(int length) {
    return Wire.checkCount(length, this);
  }
}
