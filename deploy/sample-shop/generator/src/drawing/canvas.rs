//! The drawing surface: SVG elements with short numbers, and tones of a colour.

use std::fmt::Write as _;

use super::CENTRE;

/// An RGB colour that can be lightened and darkened.
#[derive(Clone, Copy)]
pub(crate) struct Tone([u8; 3]);

impl Tone {
    pub(crate) const INK: Self = Self([0x2b, 0x2d, 0x31]);
    pub(crate) const METAL: Self = Self([0xb4, 0xba, 0xc1]);
    pub(crate) const BRASS: Self = Self([0xc9, 0xa4, 0x5c]);
    pub(crate) const LINEN: Self = Self([0xf0, 0xe6, 0xd2]);
    pub(crate) const PAPER: Self = Self([0xfb, 0xfa, 0xf6]);
    pub(crate) const GLASS: Self = Self([0xcf, 0xe2, 0xe6]);
    pub(crate) const LEAF: Self = Self([0x5d, 0x8a, 0x5b]);

    /// From `#rrggbb`; what is not a number counts as zero.
    pub(crate) fn from_hex(hex: &str) -> Self {
        let part = |at: usize| hex.get(at..at + 2).and_then(|text| u8::from_str_radix(text, 16).ok()).unwrap_or(0);
        Self([part(1), part(3), part(5)])
    }

    pub(crate) fn darker(self, share: f64) -> Self {
        self.mixed([0, 0, 0], share)
    }

    pub(crate) fn lighter(self, share: f64) -> Self {
        self.mixed([255, 255, 255], share)
    }

    /// For seams and gaps: darker on light colours, lighter on very dark ones.
    pub(crate) fn line(self) -> Self {
        if self.brightness() < 90 { self.lighter(0.22) } else { self.darker(0.22) }
    }

    fn brightness(self) -> u32 {
        self.0.iter().map(|&part| u32::from(part)).sum::<u32>() / 3
    }

    fn mixed(self, other: [u8; 3], share: f64) -> Self {
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        let [r, g, b] = self.0;
        Self([mix(r, other[0]), mix(g, other[1]), mix(b, other[2])])
    }

    fn css(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }
}

/// Where a copy of the drawing stands: moved along and into the room, and scaled about the middle of the floor line.
pub(crate) struct Placement {
    right: f64,
    down: f64,
    scale: f64,
}

impl Placement {
    pub(crate) const fn new(right: f64, down: f64, scale: f64) -> Self {
        Self { right, down, scale }
    }

    fn copy(&self, floor: f64) -> String {
        let x = short(CENTRE * (1.0 - self.scale) + self.right);
        let y = short(floor * (1.0 - self.scale) + self.down);
        format!("<use href=\"#p\" transform=\"translate({x} {y}) scale({})\"/>", self.scale)
    }
}

/// SVG elements in the order of painting.
#[derive(Default)]
pub(crate) struct Canvas(String);

impl Canvas {
    /// A filled path.
    pub(crate) fn path(&mut self, d: &str, fill: Tone) {
        self.put(format_args!("<path fill=\"{}\" d=\"{d}\"/>", fill.css()));
    }

    /// An open line along a path, with round ends.
    pub(crate) fn stroke(&mut self, d: &str, tone: Tone, width: f64) {
        let width = short(width);
        self.put(format_args!(
            "<path fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\" stroke-linecap=\"round\" d=\"{d}\"/>",
            tone.css()
        ));
    }

    /// A rectangle with corners of radius `r`.
    pub(crate) fn rect(&mut self, [x, y, w, h]: [f64; 4], r: f64, fill: Tone) {
        let (x, y, w, h) = (short(x), short(y), short(w.max(0.5)), short(h.max(0.5)));
        let round = if r > 0.0 { format!(" rx=\"{}\"", short(r)) } else { String::new() };
        let fill = fill.css();
        self.put(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{round} fill=\"{fill}\"/>"));
    }

    pub(crate) fn ellipse(&mut self, [cx, cy, rx, ry]: [f64; 4], fill: Tone) {
        let (cx, cy, rx, ry) = (short(cx), short(cy), short(rx), short(ry));
        self.put(format_args!("<ellipse cx=\"{cx}\" cy=\"{cy}\" rx=\"{rx}\" ry=\"{ry}\" fill=\"{}\"/>", fill.css()));
    }

    pub(crate) fn circle(&mut self, cx: f64, cy: f64, r: f64, fill: Tone) {
        let (cx, cy, r) = (short(cx), short(cy), short(r));
        self.put(format_args!("<circle cx=\"{cx}\" cy=\"{cy}\" r=\"{r}\" fill=\"{}\"/>", fill.css()));
    }

    /// A straight line.
    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), tone: Tone, width: f64) {
        let d = format!("M{} {}L{} {}", short(from.0), short(from.1), short(to.0), short(to.1));
        self.stroke(&d, tone, width);
    }

    /// The picture: the wall, a floor at this height with a shadow of this half width, then what was drawn, once or at each placement.
    pub(crate) fn finish(self, wall: Tone, floor: Option<(f64, f64)>, placements: &[Placement]) -> String {
        let boards = wall.darker(0.045).css();
        let mut svg = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 400\">");
        let _ = write!(svg, "<path fill=\"{}\" d=\"M0 0h400v400H0z\"/>", wall.css());
        let mut piece = String::new();
        if let Some((line, half)) = floor {
            let _ = write!(svg, "<path fill=\"{boards}\" d=\"M0 {}H400V400H0z\"/>", short(line - 38.0));
            let (line, half) = (short(line), short(half));
            let _ = write!(
                piece,
                "<ellipse cx=\"200\" cy=\"{line}\" rx=\"{half}\" ry=\"9\" fill=\"#000\" opacity=\".1\"/>"
            );
        }
        piece.push_str(&self.0);
        if placements.is_empty() {
            svg.push_str(&piece);
        } else {
            let _ = write!(svg, "<defs><g id=\"p\">{piece}</g></defs>");
            let line = floor.map_or(CENTRE, |(line, _)| line);
            placements.iter().for_each(|placement| svg.push_str(&placement.copy(line)));
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.0.write_fmt(element);
    }
}

/// A number with at most one decimal.
pub(crate) fn short(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    format!("{rounded}")
}

/// A path from a template whose `{}` are numbers: `outline!("M{} {}h{}z", x, y, w)`.
macro_rules! outline {
    ($template:literal, $($value:expr),+ $(,)?) => {
        format!($template, $($crate::drawing::canvas::short($value)),+)
    };
}
pub(crate) use outline;
