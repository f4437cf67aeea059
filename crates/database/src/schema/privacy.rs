//! Tables of privacy: what was masked, what was erased, and the exceptions that follow.

diesel::table! {
    /// What was erased in one transaction, and why.
    erasures (project, event_id) {
        project -> BigInt,
        event_id -> Text,
        run -> Text,
        at -> BigInt,
        by_id -> Text,
        by_name -> Text,
        why -> Text,
        reason -> Text,
        traces -> BigInt,
        observations -> BigInt,
        scores -> BigInt,
    }
}

diesel::table! {
    /// Tombstones, by digest of the trace's id.
    erased_traces (project, trace) {
        project -> BigInt,
        trace -> Binary,
        event_id -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    /// The policy in force.
    privacy_policies (project) {
        project -> BigInt,
        version -> BigInt,
        at -> BigInt,
        by_id -> Text,
        by_name -> Text,
        event_id -> Text,
        policy -> Text,
    }
}

diesel::table! {
    /// What somebody has to answer before an order is past doubt.
    exceptions (project, exception_id) {
        project -> BigInt,
        exception_id -> Text,
        order_id -> Text,
        trace_id -> Text,
        kind -> Text,
        detail -> Text,
        opened_at -> BigInt,
        opened_event -> Text,
        resolved_at -> Nullable<BigInt>,
        resolved_by -> Nullable<Text>,
        resolved_name -> Nullable<Text>,
        resolved_event -> Nullable<Text>,
        how -> Nullable<Text>,
        comment -> Nullable<Text>,
    }
}

diesel::table! {
    /// What masking found, and where.
    findings (project, trace_id, observation_id, field, detector) {
        project -> BigInt,
        trace_id -> Text,
        observation_id -> Text,
        field -> Text,
        detector -> Text,
        count -> BigInt,
        found_at -> BigInt,
    }
}

diesel::table! {
    /// Which trace uses which body in object storage.
    body_uses (project, digest, trace_id) {
        project -> BigInt,
        digest -> Binary,
        trace_id -> Text,
    }
}

diesel::table! {
    /// What came for traces that were erased already, and was dropped.
    late_traces (project, trace) {
        project -> BigInt,
        trace -> Binary,
        arrivals -> BigInt,
        last_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(erasures, erased_traces);
