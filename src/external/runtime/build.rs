//! For which processor an ONNX Runtime is built.

/// For which processor an ONNX Runtime is looked for. What the user names is taken whatever it is built for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuntimeBuild {
    /// The processor of the machine.
    #[default]
    Cpu,
    /// Graphics cards of NVIDIA. A library that is in the cache or known to the system's loader for other processors is not taken.
    Cuda,
    /// Graphics cards of NVIDIA if such a library was fetched before, else the processor of the machine: it is large, and nobody
    /// has asked for it.
    CudaIfThere,
}

impl RuntimeBuild {
    /// The one that is fetched where none is there.
    pub(super) fn wanted(self) -> Self {
        if self == Self::Cuda { Self::Cuda } else { Self::Cpu }
    }
}
