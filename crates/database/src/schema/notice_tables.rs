//! Tables of who is told of what, by page, mail and webhook. All primary.

diesel::table! {
    /// The place in the log up to which notices were made.
    notice_watermark (one) {
        one -> BigInt,
        next_leaf -> BigInt,
    }
}

diesel::table! {
    /// What somebody is told.
    notices (project, notice_id) {
        project -> BigInt,
        notice_id -> Text,
        account_id -> Text,
        kind -> Text,
        source -> Text,
        about_kind -> Text,
        about_id -> Text,
        number -> Text,
        title -> Text,
        place -> Text,
        said -> Text,
        actor_name -> Text,
        at -> BigInt,
        read_at -> Nullable<BigInt>,
        mail -> Text,
        mail_id -> Nullable<Text>,
    }
}

diesel::table! {
    /// How somebody wants to be told.
    notice_settings (project, account_id) {
        project -> BigInt,
        account_id -> Text,
        digest_hour -> BigInt,
        quiet_until -> Nullable<BigInt>,
        mail_stopped_at -> Nullable<BigInt>,
        morning_at -> BigInt,
        choices -> Text,
    }
}

diesel::table! {
    /// Orders that somebody wants to hear no more of.
    notice_mutes (project, account_id, order_id) {
        project -> BigInt,
        account_id -> Text,
        order_id -> Text,
        muted_at -> BigInt,
    }
}

diesel::table! {
    /// Mails to be sent, and what became of them.
    notice_mails (project, mail_id) {
        project -> BigInt,
        mail_id -> Text,
        account_id -> Text,
        digest_of -> Nullable<BigInt>,
        state -> Text,
        attempts -> BigInt,
        why -> Text,
        created_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Addresses that are told; their secrets are sealed.
    webhooks (project, webhook_id) {
        project -> BigInt,
        webhook_id -> Text,
        label -> Text,
        url -> Text,
        kinds -> Text,
        sealed_secret -> Binary,
        sealed_before -> Nullable<Binary>,
        before_until -> Nullable<BigInt>,
        failures -> BigInt,
        stopped_at -> Nullable<BigInt>,
        stopped_why -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// What was or is to be sent to them.
    webhook_deliveries (project, delivery_id) {
        project -> BigInt,
        delivery_id -> Text,
        webhook_id -> Text,
        source -> Text,
        kind -> Text,
        body -> Text,
        state -> Text,
        attempts -> BigInt,
        status -> Nullable<BigInt>,
        why -> Text,
        created_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}
