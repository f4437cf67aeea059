//! What one of our prices made of a call: which price, its rates, the cost in parts.

use std::collections::HashMap;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::repricing::reads;
use crate::traces::reads::ObservationFull;
use prices::calls::of_image;
use prices::model::{PriceRow, Rate};

use super::values::dollars;

/// A call's price.
#[derive(Clone, Debug)]
pub struct Charged {
    /// The price's id.
    pub id: String,
    /// The rates' tier, if it is not the default one.
    pub tier: Option<String>,
    /// Dollars for one input token.
    pub input_price: Option<f64>,
    /// Dollars for one output token.
    pub output_price: Option<f64>,
    /// Nano-dollars of the input.
    pub input_nanos: i64,
    /// Nano-dollars of everything else.
    pub output_nanos: i64,
}

/// The prices that these rows name, by id.
pub fn prices(
    conn: &mut AnyConnection,
    project: ProjectKey,
    rows: &[ObservationFull],
) -> Result<HashMap<String, PriceRow>> {
    let mut ids: Vec<&str> = rows.iter().filter_map(|full| full.price.as_deref()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(reads::prices(conn, project, &ids)?.into_iter().map(|row| (row.id.clone(), row)).collect())
}

impl Charged {
    /// The price of an observation; none when it names none, or one that is gone.
    pub fn of(full: &ObservationFull, prices: &HashMap<String, PriceRow>, image: &[u8]) -> Option<Self> {
        let price = prices.get(full.price.as_deref()?)?;
        let row = &full.row;
        let (tokens, service_tier) = of_image(&row.counts(), image)?;
        let (rates, tier) = price.price.rates_for(&tokens, service_tier.as_deref());
        let total = row.cost_nanos.unwrap_or_default();
        let input_nanos = rates.cost_in_parts(&tokens).input.0.min(total);
        Some(Self {
            id: price.id.clone(),
            tier: tier.map(str::to_owned),
            input_price: rates.input.map(each),
            output_price: rates.output.map(each),
            input_nanos,
            output_nanos: total - input_nanos,
        })
    }
}

/// Rates are for a million tokens.
fn each(rate: Rate) -> f64 {
    dollars(rate.nanos()) / 1e6
}
