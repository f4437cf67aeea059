//! Tables of traces: what arrived, and what is derived from it.

/// One span, generation, tool call: what is known of it now.
pub mod observations {
    use diesel::sql_types::{BigInt, Nullable, SmallInt, Text};

    use crate::schema::wide::more_columns;

    pub use super::first_columns::observations::*;

    more_columns! {
        price -> Nullable<Text>,
        input_nanos -> Nullable<BigInt>,
        output_nanos -> Nullable<BigInt>,
        usage_known -> SmallInt,
        inherited -> SmallInt,
        workflow -> Nullable<Text>,
        stage -> Nullable<Text>,
        gate -> Nullable<Text>,
        fact -> Nullable<Text>,
    }
}

/// What `table!` is told of a table with more than 32 columns.
mod first_columns {
    diesel::table! {
        /// One span, generation, tool call: what is known of it now.
        observations (project, trace_id, observation_id) {
            project -> BigInt,
            trace_id -> Text,
            observation_id -> Text,
            parent_id -> Nullable<Text>,
            kind -> Text,
            name -> Nullable<Text>,
            start_at -> Nullable<BigInt>,
            end_at -> Nullable<BigInt>,
            first_token_at -> Nullable<BigInt>,
            level -> Text,
            status_message -> Nullable<Text>,
            model -> Nullable<Text>,
            provider -> Nullable<Text>,
            uncached_input -> BigInt,
            cached_read -> BigInt,
            cache_write -> BigInt,
            output_tokens -> BigInt,
            reasoning -> BigInt,
            usage_convention -> Nullable<Text>,
            cost_nanos -> Nullable<BigInt>,
            environment -> Nullable<Text>,
            user_id -> Nullable<Text>,
            session_id -> Nullable<Text>,
            tenant -> Nullable<Text>,
            agent -> Nullable<Text>,
            persona -> Nullable<Text>,
            version -> Nullable<Text>,
            scope -> Nullable<Text>,
            counted -> Bool,
            arrivals -> BigInt,
            revision -> Binary,
            image -> Binary,
        }
    }
}

diesel::table! {
    /// What a trace comes to.
    traces (project, trace_id) {
        project -> BigInt,
        trace_id -> Text,
        name -> Nullable<Text>,
        start_at -> BigInt,
        end_at -> BigInt,
        user_id -> Nullable<Text>,
        session_id -> Nullable<Text>,
        tenant -> Nullable<Text>,
        environment -> Nullable<Text>,
        release -> Nullable<Text>,
        version -> Nullable<Text>,
        tags -> Text,
        models -> Text,
        level -> Text,
        observation_count -> BigInt,
        error_count -> BigInt,
        warning_count -> BigInt,
        input_tokens -> BigInt,
        output_tokens -> BigInt,
        total_tokens -> BigInt,
        cost_nanos -> BigInt,
        root_observation_id -> Nullable<Text>,
        first_arrival_at -> BigInt,
        last_arrival_at -> BigInt,
        state -> Binary,
        refs -> Binary,
        llm_count -> BigInt,
        packs -> Binary,
        measured -> Bool,
    }
}

diesel::table! {
    /// Compressed pieces: images, records, bodies.
    packs (project, pack) {
        project -> BigInt,
        pack -> Binary,
        trace_id -> Text,
        bytes -> Binary,
        raw_len -> BigInt,
        scope -> Nullable<Text>,
        directory -> Nullable<Binary>,
    }
}

diesel::table! {
    /// Conversations, and the packs their next turn may share pieces with.
    sessions (project, session_id) {
        project -> BigInt,
        session_id -> Text,
        environment -> Nullable<Text>,
        created_at -> BigInt,
        first_at -> BigInt,
        last_at -> BigInt,
        packs -> Binary,
    }
}

diesel::table! {
    /// Which revisions came in, and the event that says so.
    receipts (project, pack) {
        project -> BigInt,
        pack -> Binary,
        salt -> Binary,
        revisions -> Binary,
        received_at -> BigInt,
        event_id -> Nullable<Text>,
    }
}

diesel::table! {
    /// Arrivals of what arrived more than once.
    arrivals (project, trace_id, observation_id, digest) {
        project -> BigInt,
        trace_id -> Text,
        observation_id -> Text,
        digest -> Binary,
        event_id -> Nullable<Text>,
        event_ns -> BigInt,
        refs -> Binary,
    }
}

diesel::table! {
    /// Earlier images.
    revisions (project, trace_id, observation_id, digest) {
        project -> BigInt,
        trace_id -> Text,
        observation_id -> Text,
        digest -> Binary,
        refs -> Binary,
        superseded_at -> BigInt,
    }
}

diesel::table! {
    /// Somebody's number or word.
    scores (project, score_id) {
        project -> BigInt,
        score_id -> Text,
        trace_id -> Nullable<Text>,
        observation_id -> Nullable<Text>,
        session_id -> Nullable<Text>,
        name -> Text,
        value -> Text,
        data_type -> Text,
        comment -> Nullable<Text>,
        environment -> Nullable<Text>,
        at -> BigInt,
        author -> Text,
        parts -> Binary,
        source -> Text,
        number -> Nullable<Double>,
        word -> Nullable<Text>,
        config_id -> Nullable<Text>,
        queue_id -> Nullable<Text>,
        dataset_run_id -> Nullable<Text>,
        metadata -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    /// Accounts whose keys sent a trace, or a part of it. Primary.
    trace_senders (project, trace_id, account_id) {
        project -> BigInt,
        trace_id -> Text,
        account_id -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    observations,
    traces,
    packs,
    receipts,
    arrivals,
    revisions,
    scores,
    sessions
);

diesel::table! {
    /// Projects whose older traces are still to be counted by the rule of today.
    recounts (project) {
        project -> BigInt,
        after_trace -> Text,
    }
}

diesel::table! {
    /// The rules that a project adds to those by which calls are recognised.
    recognition_rules (project) {
        project -> BigInt,
        version -> BigInt,
        at -> BigInt,
        by_id -> Text,
        by_name -> Text,
        event_id -> Text,
        reason -> Text,
        rules -> Text,
    }
}
