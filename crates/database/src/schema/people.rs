//! Tables of people: accounts, roles, keys, sessions.

diesel::table! {
    /// The walls: keys, people, orders and traces belong to one. Projected.
    projects (key) {
        key -> BigInt,
        id -> Text,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// People and agents. Projected; rows are never deleted, so codes are never reused.
    accounts (id) {
        id -> Text,
        code -> Text,
        kind -> Text,
        name -> Text,
        email -> Nullable<Text>,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Two accounts that count as one for separation of duties, and why. Projected.
    account_ties (account_id, other_id, why) {
        account_id -> Text,
        other_id -> Text,
        why -> Text,
    }
}

diesel::table! {
    /// Which account holds which role in which project. Projected.
    memberships (project, account_id, role) {
        project -> BigInt,
        account_id -> Text,
        role -> Text,
        granted_at -> BigInt,
        granted_by -> Text,
    }
}

diesel::table! {
    /// Key pairs without their secrets. Projected.
    api_keys (project, id) {
        project -> BigInt,
        id -> Text,
        public_key -> Text,
        label -> Text,
        scopes -> Text,
        account_id -> Nullable<Text>,
        created_at -> BigInt,
        created_by -> Text,
        expires_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// HMAC-SHA-256 of each secret under the server key, and when the key was last used. Primary.
    api_key_secrets (key_id) {
        key_id -> Text,
        secret_hmac -> Binary,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Argon2id hashes in PHC form. Primary.
    passwords (account_id) {
        account_id -> Text,
        phc -> Text,
        changed_at -> BigInt,
        former_phc -> Nullable<Text>,
    }
}

diesel::table! {
    /// Failed attempts at an account by where they came from, and until when that place must wait. Primary.
    sign_in_guards (account_id, source) {
        account_id -> Text,
        source -> Text,
        failures -> BigInt,
        last_at -> BigInt,
        blocked_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Browsers in which somebody has signed in before; only the SHA-256 of the cookie is kept. Primary.
    sign_in_devices (account_id, token_hash) {
        account_id -> Text,
        token_hash -> Binary,
        last_at -> BigInt,
    }
}

diesel::table! {
    /// Attempts with mail addresses that nobody has, a row a day. Primary.
    unknown_sign_ins (day) {
        day -> Text,
        failures -> BigInt,
    }
}

diesel::table! {
    /// Passwords set through somebody else's link, and how that was confirmed. Projected.
    password_resets (account_id, event_id) {
        account_id -> Text,
        event_id -> Text,
        reset_by -> Text,
        reset_by_name -> Text,
        reset_at -> BigInt,
        confirmed_by -> Nullable<Text>,
        confirmed_by_name -> Nullable<Text>,
        confirmed_at -> Nullable<BigInt>,
        confirmed_how -> Nullable<Text>,
    }
}

diesel::table! {
    /// Signed-in browsers; only the SHA-256 of the cookie is kept. Primary.
    sign_in_sessions (id) {
        id -> Text,
        token_hash -> Binary,
        account_id -> Text,
        project -> BigInt,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        ip -> Text,
        user_agent -> Text,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// One-time links: the first owner (no account) or a password to be set. Primary.
    set_up_links (token_hash) {
        token_hash -> Binary,
        account_id -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        issued_by -> Nullable<Text>,
        issued_by_name -> Nullable<Text>,
    }
}

diesel::table! {
    /// Sessions in which somebody has signed with all components, and from which address. Primary.
    signing_sessions (session_id) {
        session_id -> Text,
        account_id -> Text,
        address -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    /// Accounts that may not sign until an admin lifts it. Projected.
    signing_locks (account_id) {
        account_id -> Text,
        locked_at -> BigInt,
        failures -> BigInt,
    }
}

diesel::table! {
    /// How somebody reads times and dates. Projected.
    account_profiles (account_id) {
        account_id -> Text,
        zone -> Text,
        dates -> Text,
    }
}

diesel::table! {
    /// What somebody sent after their session had ended, as JSON pairs, until they put it away. Primary.
    late_forms (account_id) {
        account_id -> Text,
        fields -> Text,
        at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    projects,
    accounts,
    account_ties,
    memberships,
    api_keys,
    api_key_secrets,
    passwords,
    sign_in_guards,
    sign_in_devices,
    unknown_sign_ins,
    signing_sessions,
    signing_locks,
    account_profiles,
    late_forms,
    password_resets,
    sign_in_sessions,
    set_up_links,
);
