//! Tables of background work and of pulls from other servers. All primary.

diesel::table! {
    /// Work that survives the process.
    jobs (id) {
        id -> Text,
        project -> BigInt,
        kind -> Text,
        tier -> SmallInt,
        payload -> Text,
        dedup_key -> Nullable<Text>,
        state -> Text,
        run_at -> BigInt,
        attempts -> BigInt,
        max_attempts -> BigInt,
        epoch -> BigInt,
        holder -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
        again -> BigInt,
        cancel_asked_at -> Nullable<BigInt>,
        created_at -> BigInt,
        started_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
        progress_done -> Nullable<BigInt>,
        progress_total -> Nullable<BigInt>,
        progress_text -> Nullable<Text>,
        saved -> Nullable<Text>,
    }
}

diesel::table! {
    /// What runs again and again.
    schedules (project, name) {
        project -> BigInt,
        name -> Text,
        kind -> Text,
        payload -> Text,
        every_micros -> Nullable<BigInt>,
        daily_minute -> Nullable<BigInt>,
        last_run -> Nullable<BigInt>,
        next_run -> BigInt,
        created_at -> BigInt,
        paused_at -> Nullable<BigInt>,
        paused_by -> Nullable<Text>,
    }
}

diesel::table! {
    /// Servers that traces are pulled from; the secret is sealed.
    langfuse_sources (project, id) {
        project -> BigInt,
        id -> Text,
        label -> Text,
        url -> Text,
        public_key -> Text,
        sealed_secret -> Binary,
        every_minutes -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// How far a pull has come.
    pulls (project, source) {
        project -> BigInt,
        source -> Text,
        url -> Text,
        holder -> Text,
        walk -> Nullable<Text>,
        watermark -> Nullable<BigInt>,
        counts -> Text,
        started_at -> BigInt,
        updated_at -> BigInt,
        finished_at -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
    }
}
