//! Tables of assets: what they are, their meters, and what was read. All projected from events.

diesel::table! {
    /// One row per asset, as it is now.
    assets (project, asset_id) {
        project -> BigInt,
        asset_id -> Text,
        code -> Text,
        code_key -> Text,
        name -> Text,
        parent -> Nullable<Text>,
        criticality -> Text,
        kind -> Text,
        place -> Text,
        maker -> Text,
        model -> Text,
        serial -> Text,
        notes -> Text,
        created_at -> BigInt,
        retired_at -> Nullable<BigInt>,
        retired_by -> Text,
        retired_reason -> Text,
    }
}

diesel::table! {
    /// What is measured of an asset.
    asset_meters (project, asset_id, meter_id) {
        project -> BigInt,
        asset_id -> Text,
        meter_id -> Text,
        name -> Text,
        unit -> Text,
        kind -> Text,
        low -> Text,
        high -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// What a meter showed, withdrawn readings among them.
    asset_readings (project, asset_id, meter_id, reading_id) {
        project -> BigInt,
        asset_id -> Text,
        meter_id -> Text,
        reading_id -> Text,
        value -> Text,
        millionths -> BigInt,
        beyond -> Text,
        reason -> Text,
        at -> BigInt,
        by_id -> Text,
        by_name -> Text,
        withdrawn_at -> Nullable<BigInt>,
        withdrawn_by -> Text,
        withdrawn_reason -> Text,
        by_kind -> Text,
        withdrawn_kind -> Text,
    }
}
