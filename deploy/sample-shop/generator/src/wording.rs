//! Names and texts of a product: title, description, URL handle.

use crate::assortment::Product;

/// Name as the shopper reads it: model, design, colour.
pub(crate) fn title(product: &Product) -> String {
    let name = fill(&product.design.title, product);
    match product.colours.as_slice() {
        [colour] => format!("{} {name}, {}", product.design.model, colour.name),
        _ => format!("{} {name}", product.design.model),
    }
}

/// Three sentences or so: what it is, what it is made of, how big or strong it is.
pub(crate) fn description(product: &Product) -> String {
    let close = fill(product.closing_sentence, product);
    format!("{} {} {close}", product.design.says, product.material_sentence)
}

/// URL name, from the title.
pub(crate) fn handle(product: &Product) -> String {
    slug(&title(product))
}

/// Lower case words joined by hyphens.
pub(crate) fn slug(text: &str) -> String {
    let plain = text.to_lowercase().replace('é', "e");
    let words: Vec<&str> = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// A template with its placeholders filled in.
pub(crate) fn fill(text: &str, product: &Product) -> String {
    let number = |value: Option<u32>| value.map(|n| n.to_string()).unwrap_or_default();
    text.replace("{width}", &product.size.width.to_string())
        .replace("{depth}", &product.size.depth.to_string())
        .replace("{height}", &product.size.height.to_string())
        .replace("{weight}", &product.weight_kg.to_string())
        .replace("{capacity}", &number(product.capacity_kg))
        .replace("{seats}", &number(product.seats))
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_slug_has_no_accents_signs_or_double_hyphens() {
        assert_eq!(slug("Verity Bouclé Tub Armchair, Cream"), "verity-boucle-tub-armchair-cream");
        assert_eq!(slug("Vantage TV Wall Mount 32\"–65\", Black"), "vantage-tv-wall-mount-32-65-black");
    }
}
