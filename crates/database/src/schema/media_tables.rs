//! Tables of media: what was uploaded, and which traces speak of it.

diesel::table! {
    /// One picture, sound or file.
    media (project, media_id) {
        project -> BigInt,
        media_id -> Text,
        content_type -> Text,
        content_length -> BigInt,
        digest -> Binary,
        blob -> Text,
        created_at -> BigInt,
        uploaded_at -> Nullable<BigInt>,
        client_status -> Nullable<BigInt>,
        client_error -> Nullable<Text>,
        client_ms -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// A field that speaks of it.
    media_of (project, media_id, trace_id, observation_id, field) {
        project -> BigInt,
        media_id -> Text,
        trace_id -> Text,
        observation_id -> Text,
        field -> Text,
    }
}

diesel::table! {
    /// Scores that somebody removed.
    deleted_scores (project, score_id) {
        project -> BigInt,
        score_id -> Text,
        trace_id -> Nullable<Text>,
        arrivals -> Binary,
        deleted_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(media, media_of);
