//! Tables of the gateway: reserved numbers, the calls that took them, and what providers say they billed.

diesel::table! {
    /// Numbers reserved for one process.
    gateway_blocks (project, first_number) {
        project -> BigInt,
        first_number -> BigInt,
        last_number -> BigInt,
        process -> Text,
        reserved_at -> BigInt,
        closed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Calls by their number.
    gateway_calls (project, number) {
        project -> BigInt,
        number -> BigInt,
        process -> Text,
        provider -> Text,
        method -> Text,
        path -> Text,
        is_billed -> Bool,
        state -> Text,
        status -> Nullable<Integer>,
        reason -> Nullable<Text>,
        trace_id -> Text,
        span_id -> Text,
        model -> Nullable<Text>,
        input_tokens -> Nullable<BigInt>,
        output_tokens -> Nullable<BigInt>,
        began_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        traced_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// What providers say they billed, by day (its first moment) and model.
    usage_exports (project, provider, day, model) {
        project -> BigInt,
        provider -> Text,
        day -> BigInt,
        model -> Text,
        calls -> Nullable<BigInt>,
        input_tokens -> Nullable<BigInt>,
        output_tokens -> Nullable<BigInt>,
        cost_nano -> Nullable<BigInt>,
        file_name -> Text,
        brought_by -> Text,
        brought_at -> BigInt,
    }
}
