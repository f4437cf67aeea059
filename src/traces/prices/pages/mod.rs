//! Pages of prices.
