package io.slotregistry.rpc.bolt;

/** The variants of the frame header. A connection is answered in the one in which it spoke first. */
public enum Dialect {
    V1(1),
    V2(2),
    /** V2 with a CRC-32 after the content. */
    V2_CRC(2);

    final byte protocolCode;

    Dialect(int protocolCode) {
        this.protocolCode = (byte) protocolCode;
    }

    boolean isV2() {
        return this != V1;
    }

    int requestHeaderLength() {
        return isV2() ? 24 : 22;
    }

    int responseHeaderLength() {
        return isV2() ? 22 : 20;
    }
}
