"""Lines as tutorials have them; each piece prints what it finds, with autograd as torch and with torch itself."""

import contextlib
import io
import re
import warnings

PIECES = {
    "device": """
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        x = torch.ones(2, 3).to(device)
        print(device, repr(device), device.type, device.index, x.device, x.device == device, x.is_cuda, x.get_device())
        print(torch.device("cuda", 1), torch.device("cuda:1").index, torch.ones(2, device="cpu").device.type)
    """,
    "accelerator": """
        device = torch.accelerator.current_accelerator().type if torch.accelerator.is_available() else "cpu"
        print(f"Using {device} device", torch.backends.mps.is_available(), torch.cuda.device_count())
        print(torch.xpu.is_available())
        if torch.cuda.is_available():
            torch.cuda.set_device(0)
    """,
    "default device": """
        torch.set_default_device("cpu")
        print(torch.get_default_device(), torch.zeros(1).device)
        with torch.device("cpu"):
            print(torch.ones(2))
    """,
    "seeds": """
        torch.manual_seed(0)
        torch.random.manual_seed(1)
        torch.cuda.manual_seed(0)
        torch.cuda.manual_seed_all(0)
        torch.backends.cudnn.deterministic = True
        torch.backends.cudnn.benchmark = False
        torch.backends.cudnn.enabled = True
        torch.use_deterministic_algorithms(True)
        print(torch.are_deterministic_algorithms_enabled())
        torch.use_deterministic_algorithms(False)
        a = torch.rand(3)
        torch.manual_seed(1)
        print(torch.equal(torch.rand(3), a), torch.initial_seed())
    """,
    "cudnn by import": """
        import torch.backends.cudnn as cudnn
        cudnn.benchmark = True
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.set_float32_matmul_precision("high")
        print(torch.backends.cudnn.benchmark, torch.get_float32_matmul_precision())
        torch.set_float32_matmul_precision("highest")
        cudnn.benchmark = False
    """,
    "gpu housekeeping": """
        torch.cuda.empty_cache()
        print(torch.cuda.memory_allocated(), torch.cuda.max_memory_allocated(), torch.cuda.is_initialized())
    """,
    "threads": """
        n = torch.get_num_threads()
        torch.set_num_threads(1)
        print(torch.get_num_threads(), n >= 1)
        torch.set_num_threads(n)
    """,
    "compile": """
        @torch.compile
        def f(x):
            return x * 2
        @torch.compile(mode="reduce-overhead", disable=True)
        def g(x):
            return x + 1
        print(g(torch.ones(2)), callable(f))
    """,
    "script": """
        def f(x):
            return x * 2
        print(torch.jit.trace(f, torch.ones(2))(torch.ones(2)), torch.jit.is_scripting())
        @torch.jit.ignore
        def g(x):
            return x
        print(g(3))
    """,
    "mixed precision off": """
        import torch.nn as nn
        model = nn.Linear(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        scaler = torch.amp.GradScaler("cuda", enabled=False)
        with torch.amp.autocast("cuda", enabled=False), torch.autocast(device_type="cpu", enabled=False):
            loss = model(torch.ones(3, 2)).sum()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        scaler.step(optimizer)
        scaler.update()
        print(scaler.is_enabled(), scaler.get_scale(), scaler.state_dict(), loss.dtype)
    """,
    "mixed precision, old imports": """
        from torch.cuda.amp import GradScaler, autocast
        scaler = GradScaler(enabled=False)
        with autocast(enabled=False):
            print(scaler.scale(torch.ones(1)))
        @torch.autocast("cuda", enabled=False)
        def f():
            return 1
        print(f())
    """,
    "constants": """
        print(torch.pi, torch.e, torch.inf, torch.nan, torch.newaxis, torch.strided, torch.contiguous_format)
        print(torch.float, torch.double, torch.half, torch.long, torch.int, torch.short, torch.bool, torch.uint8)
        print(torch.ones(2)[torch.newaxis].shape, torch.full((2,), torch.inf), torch.ones(2).layout)
        print(torch.channels_last)
    """,
    "sizes": """
        x = torch.zeros(2, 3)
        print(x.shape, x.size(), x.size(0), x.size(-1), len(x), x.numel(), x.ndim, x.dim())
        print(isinstance(x.shape, torch.Size))
        rows, columns = x.shape
        print(rows, columns, x.shape[0] * x.shape[1], x.shape[1:], list(x.shape), torch.Size([1, 2]) + (3,))
        print(x.shape == (2, 3))
    """,
    "types": """
        print(torch.is_tensor(torch.ones(1)), torch.is_tensor(1), isinstance(torch.ones(1), torch.Tensor))
        print(torch.ones(1).type(), torch.ones(1, dtype=torch.long).type(), torch.ones(1).dtype is torch.float32)
        x = torch.arange(3)
        print(x.float(), x.double(), x.bool(), x.to(torch.float16), x.type(torch.FloatTensor))
        print(x.type("torch.IntTensor"))
        print(x.type_as(torch.ones(1)), x.dtype, x.dtype.is_floating_point, torch.finfo(torch.float32).eps)
        print(torch.iinfo(torch.int8).max)
    """,
    "tensor types": """
        print(torch.FloatTensor([1, 2]), torch.LongTensor([[1, 2], [3, 4]]), torch.ByteTensor([1]))
        print(torch.BoolTensor([1, 0]))
        print(torch.FloatTensor(2, 3).shape, torch.Tensor([1, 2]), torch.Tensor(2, 3).shape, torch.IntTensor([1.7]))
        print(isinstance(torch.ones(1), torch.FloatTensor), isinstance(torch.ones(1), torch.LongTensor))
        print(torch.LongTensor)
    """,
    "variables": """
        from torch.autograd import Variable
        x = Variable(torch.ones(2), requires_grad=True)
        (x * 3).sum().backward()
        print(x, x.grad, isinstance(x, Variable), x.data)
    """,
    "autograd module": """
        from torch.autograd import Function, grad
        class Double(Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x * 2
            @staticmethod
            def backward(ctx, grad_output):
                x, = ctx.saved_tensors
                return grad_output * 2
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        y = Double.apply(x)
        print(y, grad(y.sum(), x), torch.autograd.grad((x ** 3).sum(), x, create_graph=True))
        torch.autograd.backward((x * x).sum())
        print(x.grad, torch.autograd.gradcheck(torch.tanh, torch.ones(2, dtype=torch.double, requires_grad=True)))
    """,
    "gradients": """
        x = torch.tensor(3.0, requires_grad=True)
        y = x**2 + 2 * x + 1
        y.backward()
        print(x.grad, y, x.is_leaf, y.is_leaf, y.requires_grad, y.grad_fn.name())
        x.grad.zero_()
        print(x.grad)
        x.grad = None
        print(x.grad)
    """,
    "graph": """
        a = torch.tensor([2.0, 3.0], requires_grad=True)
        b = torch.tensor([6.0, 4.0], requires_grad=True)
        q = 3 * a**3 - b**2
        q.backward(gradient=torch.tensor([1.0, 1.0]))
        print(9 * a**2 == a.grad, -2 * b == b.grad)
        print(q.grad_fn.name(), q.grad_fn.next_functions[0][0].name(), q.grad_fn.next_functions[1][1])
    """,
    "next functions": """
        x = torch.ones(2, 2, requires_grad=True)
        out = ((x + 2) ** 2 * 3).mean()
        step = out.grad_fn
        names = []
        while step is not None:
            names.append(step.name().split("::")[-1])
            step = step.next_functions[0][0] if step.next_functions else None
        print(names)
    """,
    "no grad": """
        x = torch.ones(2, requires_grad=True)
        with torch.no_grad():
            print((x * 2).requires_grad)
        @torch.no_grad()
        def evaluate(x):
            return x * 2
        print(evaluate(x).requires_grad, torch.is_grad_enabled(), (x * 2).detach().requires_grad)
        with torch.set_grad_enabled(False):
            print((x * 2).requires_grad)
        with torch.inference_mode():
            print((x * 2).requires_grad)
        with torch.no_grad(), torch.enable_grad():
            print((x * 2).requires_grad)
    """,
    "retain grad": """
        x = torch.ones(2, requires_grad=True)
        y = x * 3
        y.retain_grad()
        handle = y.register_hook(lambda g: g * 10)
        y.sum().backward()
        handle.remove()
        print(y.grad, x.grad)
    """,
    "formats": """
        loss = torch.tensor(0.123456, requires_grad=True) * 1
        accuracy = torch.tensor(7) / 8
        print()
        print(f"loss {loss:.3f} {loss.item():>7.2f} accuracy {100 * accuracy:>0.1f}% {accuracy:.1%}")
        print(f"{torch.tensor(3):d}")
        print("%.2f and %s and {:.4f}".format(loss) % (loss, torch.tensor([1, 2])))
        print(f"{torch.ones(2)}", str(torch.ones(2)), "{}".format(torch.tensor(1.5)))
    """,
    "numbers": """
        x = torch.tensor(2.5)
        print(float(x), int(x), bool(x), x.item(), abs(-x), -x, +x, round(x.item()), int(torch.tensor(3)))
        print([10, 20, 30][torch.tensor(1)], list(range(torch.tensor(3))), hex(torch.tensor(255)))
        print(3 in torch.tensor([1, 2, 3]), 4 in torch.tensor([1, 2, 3]), bool(torch.tensor([0])), sum(torch.arange(4)))
        import math
        print(math.sqrt(torch.tensor(4.0)), max(torch.tensor([1, 3, 2])), sorted(torch.tensor([3, 1, 2])))
    """,
    "iteration": """
        for row in torch.arange(6).reshape(3, 2):
            a, b = row
            print(row, a.item() + b.item())
        first, *rest = torch.tensor([1, 2, 3])
        print(first, rest, [x.item() for x in torch.ones(2)], dict(zip("ab", torch.arange(2))))
        print({torch.tensor(1): "by identity"}.__len__(), list(enumerate(torch.tensor([5, 6])))[1])
    """,
    "copies": """
        import copy
        x = torch.ones(2, requires_grad=True)
        x.grad = torch.full((2,), 5.0)
        y, z = copy.copy(x), copy.deepcopy(x)
        print(y, z, y is x, z.grad, z.is_leaf)
        with torch.no_grad():
            z += 1
        print(x, z, copy.deepcopy([x, x])[0] is x)
        try:
            copy.deepcopy(x * 2)
        except RuntimeError as error:
            print(type(error).__name__, "graph leaves" in str(error))
    """,
    "pickles": """
        import pickle
        x = torch.tensor([[1.0, 2.0]], requires_grad=True)
        y = pickle.loads(pickle.dumps(x))
        print(y, y.requires_grad, y.is_leaf, pickle.loads(pickle.dumps(torch.tensor(True))))
        print(pickle.loads(pickle.dumps((torch.float32, torch.device("cpu"), torch.Size([2])))))
    """,
    "free attributes": """
        x = torch.ones(2)
        x.label = "inputs"
        x.scale = 3
        print(x.label, x.scale, hasattr(x, "other"), hasattr(x * 1, "label"))
    """,
    "numpy": """
        import numpy as np
        a = np.ones(3)
        t = torch.from_numpy(a)
        np.add(a, 1, out=a)
        print(a, t, t.numpy() is not None, torch.ones(2).numpy(), np.asarray(torch.arange(3)))
        t.add_(1)
        print(a, torch.tensor(np.array([1, 2], dtype=np.int32)), torch.as_tensor(a).dtype, t.tolist())
        try:
            torch.ones(2, requires_grad=True).numpy()
        except RuntimeError as error:
            print("detach().numpy()" in str(error), torch.ones(2, requires_grad=True).detach().numpy())
    """,
    "numpy functions": """
        import numpy as np
        t = torch.tensor([1.0, 4.0, 9.0])
        print(np.sqrt(t), np.float32(2) * t, t + np.ones(3), t * np.float64(2), np.array([t, t]).shape)
        print(np.unique(t), np.allclose(t, [1, 4, 9]), np.percentile(t, 50), np.random.permutation(t).shape)
        np.testing.assert_allclose(t, [1, 4, 9])
    """,
    "creation": """
        print(torch.zeros(2, 3), torch.ones(2, dtype=torch.int), torch.empty(2, 0), torch.full((2, 2), 7), torch.eye(2))
        print(torch.arange(5), torch.arange(1, 2, 0.5), torch.linspace(0, 1, 3), torch.zeros_like(torch.ones(2)))
        print(torch.tensor([[1, 2], [3, 4]]), torch.tensor(1.5), torch.tensor([True, False]), torch.tensor([1, 2.5]))
        print(torch.rand(2, 3).shape, torch.randn(2).dtype, torch.randint(0, 10, (2, 2)).dtype)
        print(torch.randperm(4).sort()[0])
    """,
    "indexing": """
        x = torch.arange(12).reshape(3, 4)
        print(x[0], x[:, 1], x[..., -1], x[1:, ::2], x[x > 6], x[[0, 2]], x[None].shape, x[-1, -1])
        x[:, 1] = 0
        x[x > 9] = -1
        print(x, x[torch.tensor([0, 1]), torch.tensor([2, 3])], x[0, 0] == 0)
        try:
            x[::-1]
        except ValueError as error:
            print("ValueError", "step must be greater than zero" in str(error))
        try:
            x[5]
        except IndexError as error:
            print("IndexError", "out of bounds" in str(error))
    """,
    "views": """
        x = torch.arange(6)
        y = x.view(2, 3)
        y[0, 0] = 100
        print(x, y, y.t().is_contiguous(), y.t().contiguous().view(-1), y.data_ptr() == x.data_ptr(), y.stride())
        try:
            y.t().view(-1)
        except RuntimeError as error:
            print("reshape" in str(error), y.t().reshape(-1))
        print(y.unsqueeze(0).shape, y.squeeze().shape, y.permute(1, 0).shape, y.flatten(), y.T, y.transpose(0, 1).shape)
    """,
    "shapes": """
        x = torch.ones(2, 3)
        print(torch.cat([x, x], dim=1), torch.stack([x, x]).shape, torch.chunk(torch.arange(5), 2))
        print(torch.split(torch.arange(5), 2))
        print(x.expand(4, 2, 3).shape, x.repeat(2, 1).shape, torch.flatten(x, 0), x.reshape(3, -1).shape)
        print(torch.broadcast_to(x, (2, 2, 3)).shape)
        print(torch.vstack([x, x]).shape, torch.hstack([x, x]).shape, torch.unbind(x)[0])
        print(torch.tril(torch.ones(2, 2)), torch.flip(torch.arange(3), [0]))
    """,
    "arithmetic": """
        a, b = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([4.0, 5.0, 6.0])
        print(a + b, a - b, a * b, a / b, a ** 2, a @ b, -a, a // 2, a % 2, 2 - a, 1 / a, a.dot(b), torch.matmul(a, b))
        print(torch.add(a, b, alpha=2), a.add(1), torch.sqrt(a), torch.exp(a), a.log(), a.clamp(min=1.5))
        print(torch.maximum(a, b), a.pow(0.5))
        a += 1
        a.mul_(2)
        print(a, torch.arange(3) / 2, torch.arange(3) // 2, torch.tensor(5) + 0.5, torch.tensor([1, 2]) * 1.5)
    """,
    "reductions": """
        x = torch.tensor([[1.0, 5.0, 3.0], [4.0, 2.0, 6.0]])
        print(x.sum(), x.sum(0), x.sum(dim=1, keepdim=True), x.mean(), x.mean(1), x.max(), x.min(), x.prod())
        print(x.std(), x.var(unbiased=False))
        values, indices = x.max(dim=1)
        print(values, indices, x.argmax(), x.argmax(dim=0), torch.max(x, 0).values, x.norm(), x.cumsum(1))
        print(torch.topk(x, 2))
        print(x.sort(descending=True).indices, (x > 2).any(), (x > 0).all(), (x > 2).sum().item(), x.median())
        print(torch.sort(x, 0)[0], x.amax((0, 1)))
    """,
    "comparisons": """
        a, b = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 0.0, 5.0])
        print(a == b, a > b, a.eq(b).sum().item(), torch.equal(a, a.clone()), torch.allclose(a, a + 1e-9))
        print(torch.where(a > b, a, b))
        print(torch.isnan(torch.tensor([float("nan"), 1.0])), (a > 1) & (b < 4), ~(a > 1))
        print(torch.isinf(torch.tensor(torch.inf)), a.ne(b))
    """,
    "softmax by hand": """
        logits = torch.tensor([[2.0, 1.0, 0.1], [0.5, 2.5, 0.3]], requires_grad=True)
        target = torch.tensor([0, 2])
        probabilities = logits.exp() / logits.exp().sum(1, keepdim=True)
        loss = -probabilities[torch.arange(2), target].log().mean()
        loss.backward()
        print(loss, logits.grad, torch.softmax(logits, dim=1), logits.log_softmax(1))
        print(torch.nn.functional.cross_entropy(logits, target), torch.nn.functional.one_hot(target, 3))
    """,
    "linear regression by hand": """
        x = torch.linspace(-1, 1, 20).unsqueeze(1)
        y = 3 * x - 1
        w, b = torch.zeros(1, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
        for step in range(100):
            loss = ((x @ w + b - y) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                w -= 0.3 * w.grad
                b -= 0.3 * b.grad
                w.grad.zero_()
                b.grad = None
        print(f"w {w.item():.3f} b {b.item():.3f} loss {loss.item():.5f}", w)
    """,
    "polynomial with optim": """
        x = torch.linspace(-1, 1, 50)
        y = torch.sin(3 * x)
        features = x.unsqueeze(-1).pow(torch.tensor([1, 2, 3]))
        model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
        with torch.no_grad():
            model[0].weight.fill_(0.0)
            model[0].bias.zero_()
        criterion = torch.nn.MSELoss(reduction="sum")
        optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-2)
        for step in range(60):
            loss = criterion(model(features), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"{loss.item():.4f}", model[0].weight.detach().round(decimals=3), len(model))
    """,
    "a module": """
        import torch.nn as nn
        import torch.nn.functional as F
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
                self.pool = nn.MaxPool2d(2, 2)
                self.fc = nn.Linear(4 * 4 * 4, 10)
            def forward(self, x):
                x = self.pool(F.relu(self.conv1(x)))
                return self.fc(torch.flatten(x, 1))
        net = Net()
        print(net)
        print([tuple(p.size()) for p in net.parameters()], [name for name, _ in net.named_parameters()])
        print(net(torch.randn(2, 1, 8, 8)).shape, sum(p.numel() for p in net.parameters() if p.requires_grad))
        print(list(net.state_dict()))
    """,
    "a sequential": """
        from torch import nn
        model = nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.ReLU(), nn.Dropout(0.5), nn.Linear(3, 2))
        print(model, model.training, model.eval().training, model[1].weight.shape, type(model[1].weight).__name__)
        print(model(torch.ones(5, 2, 2)).shape, nn.Softmax(dim=1)(model(torch.ones(1, 4))).sum().item() > 0.99)
    """,
    "training loop": """
        import torch.optim as optim
        from torch import nn
        from torch.utils.data import DataLoader, TensorDataset
        x = torch.linspace(0, 1, 12).reshape(6, 2)
        dataset = TensorDataset(x, (x[:, 0] > 0.4).long())
        model = nn.Linear(2, 2)
        nn.init.constant_(model.weight, 0.1)
        nn.init.zeros_(model.bias)
        optimizer = optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
        scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)
        criterion = nn.CrossEntropyLoss()
        for epoch in range(30):
            model.train()
            for inputs, labels in DataLoader(dataset, batch_size=3, pin_memory=False):
                optimizer.zero_grad()
                loss = criterion(model(inputs), labels)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
                optimizer.step()
            scheduler.step()
        model.eval()
        with torch.no_grad():
            predicted = model(x).argmax(1)
        print(f"{loss.item():.4f}", predicted, scheduler.get_last_lr())
        print((predicted == dataset.tensors[1]).float().mean())
    """,
    "a dataset": """
        from torch.utils.data import DataLoader, Dataset, random_split
        class Squares(Dataset):
            def __len__(self):
                return 10
            def __getitem__(self, i):
                return torch.tensor([float(i)]), i * i
        loader = DataLoader(Squares(), batch_size=4, shuffle=False, num_workers=0)
        for x, y in loader:
            print(x.shape, y)
        print(len(loader), next(iter(loader))[1].dtype, [len(part) for part in random_split(Squares(), [7, 3])])
    """,
    "saving": """
        import io
        from torch import nn
        model, other = nn.Linear(2, 3), nn.Linear(2, 3)
        file = io.BytesIO()
        torch.save(model.state_dict(), file)
        file.seek(0)
        print(other.load_state_dict(torch.load(file, weights_only=True, map_location="cpu")))
        print(torch.equal(model.weight, other.weight), [k for k in other.state_dict()])
    """,
    "freezing": """
        from torch import nn
        model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
        for parameter in model[0].parameters():
            parameter.requires_grad = False
        model(torch.ones(1, 2)).sum().backward()
        print([p.grad is None for p in model.parameters()], [n for n, p in model.named_parameters() if p.requires_grad])
        print(torch.optim.Adam(filter(lambda p: p.requires_grad, model.parameters()), lr=1e-3).param_groups[0]["lr"])
    """,
    "parameters": """
        from torch import nn
        p = nn.Parameter(torch.ones(2))
        print(p, isinstance(p, torch.Tensor), p.requires_grad, p * 2, p.data)
        print(nn.Parameter(torch.tensor(1.0), requires_grad=False))
        p.data.fill_(3.0)
        print(p.sum().item(), p.grad)
    """,
    "an embedding": """
        from torch import nn
        table = nn.Embedding(5, 3)
        with torch.no_grad():
            table.weight.copy_(torch.arange(15.0).view(5, 3))
        out = table(torch.LongTensor([[1, 2], [1, 4]]))
        out.sum().backward()
        print(out, table.weight.grad[1], table)
    """,
    "hooks": """
        from torch import nn
        layer = nn.Linear(2, 2)
        seen = []
        handle = layer.register_forward_hook(lambda module, args, output: seen.append(tuple(output.shape)))
        layer(torch.ones(3, 2))
        handle.remove()
        layer(torch.ones(3, 2))
        print(seen)
    """,
    "initialisation": """
        from torch import nn
        def init_weights(m):
            if isinstance(m, nn.Linear):
                torch.nn.init.xavier_uniform_(m.weight)
                m.bias.data.fill_(0.01)
        net = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
        net.apply(init_weights)
        print(net[0].bias, (net[0].weight.abs() <= 1).all(), nn.init.calculate_gain("relu"))
    """,
    "attention": """
        q = torch.arange(6.0).view(1, 3, 2) / 6
        scores = q @ q.transpose(-2, -1) / q.size(-1) ** 0.5
        mask = torch.tril(torch.ones(3, 3)) == 0
        weights = torch.softmax(scores.masked_fill(mask, float("-inf")), dim=-1)
        print(weights, torch.bmm(weights, q), torch.einsum("bij,bjk->bik", weights, q).shape)
    """,
    "second order": """
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        y = (x ** 3).sum()
        g, = torch.autograd.grad(y, x, create_graph=True)
        penalty = (g ** 2).sum()
        penalty.backward()
        print(g, penalty, x.grad)
    """,
    "anomalies": """
        with torch.autograd.set_detect_anomaly(False):
            print(torch.is_anomaly_enabled())
        with torch.autograd.detect_anomaly(check_nan=True):
            x = torch.tensor(0.0, requires_grad=True)
            try:
                (x / x).backward()
            except RuntimeError as error:
                print("nan" in str(error), "DivBackward0" in str(error))
    """,
    "printing options": """
        torch.set_printoptions(precision=2, sci_mode=False)
        print(torch.tensor([1.23456, 1000.0, 1e-5]))
        torch.set_printoptions(profile="default")
        print(torch.tensor([1.23456, 1000.0, 1e-5]), torch.arange(2000), torch.zeros(50, 60))
    """,
    "large and small prints": """
        print(torch.arange(24.0).view(2, 3, 4) / 7, torch.tensor([1e10, 1.0]))
        print(torch.ones(3, 3) * torch.tensor([1, 10, 100]))
        print([torch.tensor(1), torch.tensor([2.0])], {"loss": torch.tensor(0.5)}, (torch.ones(1, requires_grad=True),))
    """,
    "default dtype": """
        torch.set_default_dtype(torch.float64)
        print(torch.tensor(1.5), torch.get_default_dtype(), torch.ones(1, dtype=torch.float32))
        torch.set_default_dtype(torch.float32)
    """,
    "errors": """
        for wrong in (
            lambda: torch.ones(2, 3) @ torch.ones(2, 3),
            lambda: torch.ones(3) + torch.ones(4),
            lambda: torch.ones(2).backward(),
            lambda: torch.ones(2, requires_grad=True).sum().item(1),
            lambda: torch.ones(2, 3).view(5),
            lambda: bool(torch.ones(2)),
            lambda: torch.ones(2).item(),
            lambda: len(torch.tensor(1)),
            lambda: iter(torch.tensor(1)),
            lambda: torch.tensor([[1, 2], [3]]),
            lambda: torch.tensor([1, 2], requires_grad=True),
            lambda: torch.ones(2).no_such_method(),
            lambda: torch.no_such_function,
            lambda: torch.device("fridge"),
            lambda: torch.zeros(2)[0.5],
        ):
            try:
                wrong()
            except Exception as error:
                print(type(error).__name__)
    """,
    "version": """
        print(isinstance(torch.__version__, str), torch.version.cuda, isinstance(torch.version.__version__, str))
    """,
    "whole modules": """
        print(torch.nn.functional.relu(torch.tensor([-1.0, 1.0])), torch.optim.lr_scheduler.StepLR.__name__)
        print(torch.nn.utils.parameters_to_vector([torch.ones(2), torch.zeros(1)]))
        print(torch.utils.data.DataLoader.__name__)
        print(torch.linalg.norm(torch.tensor([3.0, 4.0])), torch.nn.init.__name__.split(".")[-1])
        print(torch.autograd.Function.__name__)
    """,
}


def program(piece, module):
    """A piece as a program for this module: all that changes is the import lines."""
    lines = piece.strip("\n").splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    text = "\n".join(line[indent:] for line in lines)
    if module != "torch":
        text = re.sub(r"(?m)^(import|from) torch\b", rf"\1 {module}", text)
    return f"import {module} as torch\n{text}\n"


def printed(name, module):
    """What a piece prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(program(PIECES[name], module), f"<{name}>", "exec"), {"__name__": name})
    return out.getvalue()
