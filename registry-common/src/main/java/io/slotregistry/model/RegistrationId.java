package io.slotregistry.model;

/** What a client registers: its id is unique only within a service. */
public record RegistrationId(String dataInfoId, String registerId) {}
