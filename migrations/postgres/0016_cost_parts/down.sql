DELETE FROM jobs WHERE kind = 'prices.fill_parts';
