//! How the picture looks, in light and in dark. Whatever is told by a colour is told by a form or a sign, too.

/// The style sheet, as it is in light.
pub(in crate::output) const LIGHT: &str = "\
.modcheck text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;\
text-anchor:middle;fill:#1b1f24}
.modcheck .paper{fill:#fff}
.modcheck .note,.modcheck .label,.modcheck .legend text{font-size:11px}
.modcheck .note{fill:#4b5563}
.modcheck .legend text{text-anchor:start}.modcheck .legend .label{text-anchor:middle}
.modcheck .node rect,.modcheck .box{fill:#f3f4f6;stroke:#6b7280}
.modcheck .stray rect,.modcheck .legend .stray{stroke-dasharray:4 3}
.modcheck .focus rect,.modcheck .legend .focus{stroke:#1b1f24;stroke-width:3}
.modcheck .t0 rect{fill:#dbeafe}.modcheck .t1 rect{fill:#dcfce7}
.modcheck .t2 rect{fill:#fef3c7}.modcheck .t3 rect{fill:#ede9fe}
.modcheck .t4 rect{fill:#ffe4e6}.modcheck .t5 rect{fill:#cffafe}
.modcheck .t6 rect{fill:#ecfccb}.modcheck .t7 rect{fill:#ffedd5}
.modcheck path{fill:none}
.modcheck .line{stroke:#57606a;stroke-width:1.3}
.modcheck .head{fill:#57606a}
.modcheck .hit{stroke:transparent;stroke-width:11;pointer-events:stroke}
.modcheck .halo{stroke:#b57edc;stroke-opacity:.35;stroke-width:7}
.modcheck .tag{fill:#fff}
.modcheck .label{fill:#1b1f24}
.modcheck .cyclic .line{stroke:#7b1fa2}.modcheck .cyclic .head{fill:#7b1fa2}
.modcheck .cyclic .label{fill:#7b1fa2}
.modcheck .test .line{stroke:#8c959f;stroke-width:1}.modcheck .test .head{fill:#8c959f}
.modcheck .test .label{fill:#57606a}
.modcheck .data .line{stroke:#0b62c4;stroke-width:2;stroke-dasharray:1 5;stroke-linecap:round}
.modcheck .data .head{fill:#fff;stroke:#0b62c4;stroke-width:1.3}.modcheck .data .label{fill:#0b62c4}
.modcheck .warned .line{stroke:#a85400;stroke-width:1.6;stroke-dasharray:7 4}
.modcheck .warned .head{fill:#a85400}.modcheck .warned .label{fill:#a85400}
.modcheck .denied .line{stroke:#c62828;stroke-width:2.2;stroke-dasharray:7 4}
.modcheck .denied .head{fill:#c62828}.modcheck .denied .label{fill:#c62828;font-weight:bold}
.modcheck .data.warned .line,.modcheck .data.denied .line{stroke-dasharray:1 5}
.modcheck .data.warned .head{fill:#fff;stroke:#a85400}.modcheck .data.denied .head{fill:#fff;stroke:#c62828}
.modcheck .edge:hover .line{stroke-width:4}
";

/// What differs in the dark.
pub(in crate::output) const DARK: &str = "\
.modcheck text,.modcheck .label{fill:#e6edf3}
.modcheck .paper,.modcheck .tag{fill:#0d1117}
.modcheck .note{fill:#b6bec8}
.modcheck .node rect,.modcheck .box{fill:#21262d;stroke:#8b949e}
.modcheck .focus rect,.modcheck .legend .focus{stroke:#e6edf3}
.modcheck .t0 rect{fill:#12304f}.modcheck .t1 rect{fill:#123a23}
.modcheck .t2 rect{fill:#43340b}.modcheck .t3 rect{fill:#322455}
.modcheck .t4 rect{fill:#4a1d28}.modcheck .t5 rect{fill:#0f3d45}
.modcheck .t6 rect{fill:#2e3d10}.modcheck .t7 rect{fill:#4a2c10}
.modcheck .line{stroke:#9aa4af}.modcheck .head{fill:#9aa4af}
.modcheck .halo{stroke:#a371f7;stroke-opacity:.35}
.modcheck .cyclic .line{stroke:#d2a8ff}.modcheck .cyclic .head,.modcheck .cyclic .label{fill:#d2a8ff}
.modcheck .test .line{stroke:#6e7681}.modcheck .test .head{fill:#6e7681}.modcheck .test .label{fill:#9aa4af}
.modcheck .data .line{stroke:#6cb6ff}.modcheck .data .label{fill:#6cb6ff}
.modcheck .data .head{fill:#0d1117;stroke:#6cb6ff}
.modcheck .warned .line{stroke:#f0a742}.modcheck .warned .head,.modcheck .warned .label{fill:#f0a742}
.modcheck .denied .line{stroke:#ff7b72}.modcheck .denied .head,.modcheck .denied .label{fill:#ff7b72}
.modcheck .data.warned .head{fill:#0d1117;stroke:#f0a742}
.modcheck .data.denied .head{fill:#0d1117;stroke:#ff7b72}
";
