"""Words that the hub is known to use in its closed sets, so that a new one can be reported.

A value that is not here is kept in the tables as it is; the lake's catalog lists it as drift.
Source: shared facts on the hub's API, section 13.
"""

from __future__ import annotations

from typing import Final

MODEL_TYPES: Final = frozenset(
    {
        "Checkpoint",
        "TextualInversion",
        "Hypernetwork",
        "AestheticGradient",
        "LORA",
        "LoCon",
        "DoRA",
        "Controlnet",
        "Upscaler",
        "MotionModule",
        "VAE",
        "TextEncoder",
        "UNet",
        "CLIPVision",
        "Poses",
        "Wildcards",
        "Workflows",
        "ComfyWorkflows",
        "Detection",
        "VisionLanguage",
        "CLIP",
        "LLM",
        "Other",
    }
)
AVAILABILITY: Final = frozenset({"Public", "Unsearchable", "Private", "EarlyAccess"})
MODES: Final = frozenset({"Archived", "TakenDown"})
SCANS: Final = frozenset({"Pending", "Success", "Danger", "Error"})
FORMATS: Final = frozenset(
    {"SafeTensor", "PickleTensor", "GGUF", "Diffusers", "Core ML", "ONNX", "Other"}
)
FILE_TYPES: Final = frozenset(
    {
        "Model",
        "Text Encoder",
        "Vision Encoder",
        "Pruned Model",
        "Negative",
        "Training Data",
        "VAE",
        "Config",
        "Archive",
        "UNet",
        "Diffusion Model",
        "CLIPVision",
        "ControlNet",
        "Workflow",
        "Upscaler",
        "Enhancement LoRA",
        "Other",
    }
)
_BASE_MODELS = """
Anima; AuraFlow; Chroma; CogVideoX; Ernie; Flux.1 S; Flux.1 D; Flux.1 Krea; Flux.1 Kontext;
Flux.2 D; Flux.2 Klein 9B; Flux.2 Klein 9B-base; Flux.2 Klein 4B; Flux.2 Klein 4B-base;
Flux 3 Video; Grok; HappyHorse; HiDream; HiDream-O1; Hunyuan 1; Hunyuan Video; Ideogram 4.0; Boogu;
Illustrious; Imagen4; Kolors; Krea 2; LTXV; LTXV2; LTXV 2.3; Lens; Lumina; MageFlow; MAI; Mochi;
Nano Banana; NoobAI; ODOR; OpenAI; Upscaler; Other; PixArt a; PixArt E; Playground v2; Pony;
Pony V7; Qwen; Qwen 2; Qwen 3; Stable Cascade; SD 1.4; SD 1.5; SD 1.5 LCM; SD 1.5 Hyper; SD 2.0;
SD 2.0 768; SD 2.1; SD 2.1 768; SD 2.1 Unclip; SD 3; SD 3.5; SD 3.5 Large; SD 3.5 Large Turbo;
SD 3.5 Medium; SDXL 0.9; SDXL 1.0; SDXL 1.0 LCM; SDXL Lightning; SDXL Hyper; SDXL Turbo;
SDXL Distilled; Reve; Seedream; SVD; SVD XT; Sora 2; Veo 3; Wan Video; Wan Video 1.3B t2v;
Wan Video 14B t2v; Wan Video 14B i2v 480p; Wan Video 14B i2v 720p; Wan Video 2.2 TI2V-5B;
Wan Video 2.2 I2V-A14B; Wan Video 2.2 T2V-A14B; Wan Video 2.5 T2V; Wan Video 2.5 I2V;
Wan Image 2.7; Wan Video 2.7; ZImageTurbo; ZImageBase; Vidu Q1; MiniMax H3; Kling; Seedance;
ACE Audio; PolyGen; Tripo; Hunyuan3D
"""
BASE_MODELS: Final = frozenset(name.strip() for name in _BASE_MODELS.split(";"))

#: (table, column) -> the values that are known.
KNOWN_VALUES: Final[dict[tuple[str, str], frozenset[str]]] = {
    ("models", "method"): MODEL_TYPES,
    ("models", "mode"): MODES,
    ("models", "availability"): AVAILABILITY,
    ("versions", "base_model"): BASE_MODELS,
    ("versions", "base_model_type"): frozenset({"Standard", "Inpainting", "Refiner", "Pix2Pix"}),
    ("versions", "availability"): AVAILABILITY,
    ("versions", "upload_type"): frozenset({"Created", "Trained"}),
    ("files", "type"): FILE_TYPES,
    ("files", "format"): FORMATS,
    ("files", "pickle_scan"): SCANS,
    ("files", "virus_scan"): SCANS,
    ("images", "type"): frozenset({"image", "video", "audio"}),
}
