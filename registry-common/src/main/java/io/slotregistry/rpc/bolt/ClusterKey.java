package io.slotregistry.rpc.bolt;

import io.slotregistry.model.ProcessId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that all nodes of a cluster share. It never travels; nodes prove to each other that they have it. */
public final class ClusterKey {
    public static final int MIN_LENGTH = 16;
    static final int NONCE_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /** @throws IllegalArgumentException when the secret has fewer than {@value #MIN_LENGTH} characters */
    public ClusterKey(String secret) {
        if (secret.length() < MIN_LENGTH) {
            throw new IllegalArgumentException(
                    "a cluster key has at least " + MIN_LENGTH + " characters, not " + secret.length());
        }
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** What only a holder of the key can know about this very handshake. */
    byte[] proofOf(String side, byte[] callerNonce, byte[] calleeNonce, ProcessId caller, ProcessId callee) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((side + '\n' + caller + '\n' + callee + '\n').getBytes(StandardCharsets.UTF_8));
            mac.update(callerNonce);
            return mac.doFinal(calleeNonce);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
        }
    }

    /** 32 hexadecimal digits that only a holder of the key can know, others for each purpose. */
    public String derive(String purpose) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] digest = mac.doFinal(("derive\n" + purpose).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
        }
    }

    static boolean isEqual(byte[] proof, byte[] other) {
        return MessageDigest.isEqual(proof, other);
    }
}
