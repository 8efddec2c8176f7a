package io.ngrokd.kernel.data.fuzz;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/** Makes buffers that count how many of their bytes are looked at, and knows whether all were given back. For one thread. */
public final class CountingAllocator extends AbstractByteBufAllocator {

    private long reads;
    private int alive;

    public CountingAllocator() {
        super(false);
    }

    /** Bytes looked at in all buffers, each time one is. */
    public long reads() {
        return reads;
    }

    /** Buffers that were not released. */
    public int alive() {
        return alive;
    }

    /** A buffer that holds a part of an array. */
    public ByteBuf holding(byte[] bytes, int from, int length) {
        return buffer(Math.max(1, length)).writeBytes(bytes, from, length);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        alive++;
        return new Counting(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return newHeapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    private final class Counting extends UnpooledHeapByteBuf {

        private Counting(int initialCapacity, int maxCapacity) {
            super(CountingAllocator.this, initialCapacity, maxCapacity);
        }

        @Override
        public byte getByte(int index) {
            reads++;
            return super.getByte(index);
        }

        @Override
        public ByteBuf getBytes(int index, byte[] target, int targetIndex, int length) {
            reads += length;
            return super.getBytes(index, target, targetIndex, length);
        }

        @Override
        protected void deallocate() {
            alive--;
            super.deallocate();
        }
    }
}
